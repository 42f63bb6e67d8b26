// Status lines, fields and the Connection field; see conformance-case.ts for what the table follows.
import { both, type ConformanceCase, ended, kept, lenientOnly, refused } from './conformance-case.js';

const ok = 'HTTP/1.1 200 OK\r\n';
const none = 'Content-Length: 0\r\n';
const onlyHttp = 'Loadstar speaks HTTP alone; another protocol must not be counted as an answer.';

export const statusLines: readonly ConformanceCase[] = [
  { name: 'sample: simple response', wire: `${ok}Alpha: One\r\nBeta:\t Two\r\n${none}\r\n`, ...both(kept(200)) },
  { name: 'sample: RTSP', wire: 'RTSP/1.1 200 OK\r\n\r\n', ...both(refused('not an HTTP/1.x')), departs: onlyHttp },
  { name: 'sample: ICE', wire: 'ICE/1.1 200 OK\r\n\r\n', ...both(refused('not an HTTP/1.x')), departs: onlyHttp },
  { name: 'sample: invalid start', wire: 'HTTPX/1.1 200 OK\r\n\r\n', ...both(refused('not an HTTP/1.x')) },
  { name: 'sample: empty body', wire: `${ok}\r\n`, ...both(ended(200)) },
  { name: 'finish: the end after an empty response', wire: `${ok}Via: x\r\n\r\n`, ...both(ended(200)) },
  { name: 'sample: no fields, no body', wire: 'HTTP/1.1 404 Not Found\r\n\r\n', ...both(ended(404)) },
  {
    name: 'sample: no reason phrase',
    wire: `HTTP/1.1 307\r\n${none}\r\n`,
    ...lenientOnly('invalid status', kept(307)),
    departs: 'RFC 9112 section 4 asks for the space; strict does too.',
  },
  { name: 'sample: empty reason phrase', wire: `HTTP/1.1 200 \r\n${none}\r\n`, ...both(kept(200)) },
  {
    name: 'sample: octets above ASCII in the reason',
    wire: `HTTP/1.1 500 Gr\xc3\xb6\xdfe\r\n${none}\r\n`,
    ...both(kept(500)),
  },
  {
    name: 'sample: HTTP/0.9',
    wire: 'HTTP/0.9 200 OK\r\n\r\n',
    ...both(refused('not an HTTP/1.x')),
    departs: 'There is no status line in HTTP/0.9.',
  },
  {
    name: 'sample: line end before the response',
    wire: `\r\n${ok}Alpha: One\r\n${none}\r\n`,
    ...lenientOnly('not an HTTP/1.x', kept(200)),
    departs: 'RFC 9112 section 2.2 lets servers skip a blank line, not clients; strict does not.',
  },
  { name: 'invalid: incomplete protocol', wire: 'HTP/1.1 200 OK\r\n\r\n', ...both(refused('not an HTTP/1.x')) },
  {
    name: 'invalid: 0 before the major version',
    wire: 'HTTP/01.1 200 OK\r\n\r\n',
    ...both(refused('not an HTTP/1.x')),
  },
  { name: 'invalid: two-digit major version', wire: 'HTTP/11.1 200 OK\r\n\r\n', ...both(refused('not an HTTP/1.x')) },
  { name: 'invalid: two-digit minor version', wire: 'HTTP/1.01 200 OK\r\n\r\n', ...both(refused('invalid status')) },
  { name: 'invalid: tab after the version', wire: 'HTTP/1.1\t200 OK\r\n\r\n', ...both(refused('invalid status')) },
  { name: 'invalid: CR before the response', wire: '\rHTTP/1.1\t200 OK\r\n\r\n', ...both(refused('not an HTTP/1.x')) },
  { name: 'invalid: version 5.6', wire: 'HTTP/5.6 200 OK\r\n\r\n', ...both(refused('not an HTTP/1.x')) },
  {
    name: 'lenient-version: version 5.6',
    wire: `HTTP/5.6 200 OK\r\n${none}\r\n`,
    ...both(refused('not an HTTP/1.x')),
    departs: 'How a message of an unknown version is framed is unknown.',
  },
  {
    name: 'invalid: two spaces before the status',
    wire: 'HTTP/1.1  200 OK\r\n\r\n',
    ...both(refused('invalid status')),
  },
  { name: 'invalid: two spaces before the reason', wire: `HTTP/1.1 200  OK\r\n${none}\r\n`, ...both(kept(200)) },
  { name: 'invalid: one-digit status', wire: 'HTTP/1.1 2 OK\r\n\r\n', ...both(refused('invalid status')) },
  { name: 'invalid: space after the status line', wire: `${ok} Host: x\r\n\r\n`, ...both(refused('folded')) },
  {
    name: 'invalid: LF alone, no body',
    wire: 'HTTP/1.1 200 OK\nContent-Length: 0\n\n',
    ...lenientOnly('invalid status line', kept(200)),
  },
  {
    name: 'invalid: LF alone, body up to the end',
    wire: 'HTTP/1.1 200 OK\nAlpha: one\nBeta: two\n\nBODY\n',
    ...lenientOnly('invalid status line', ended(200, 'BODY\n')),
  },
  {
    name: 'sample: LF alone, Connection: close',
    wire: 'HTTP/1.1 200 OK\nContent-Type: text/html\nConnection: close\n\nno CR anywhere',
    ...lenientOnly('invalid status line', ended(200, 'no CR anywhere')),
  },
];

export const fields: readonly ConformanceCase[] = [
  {
    name: 'sample: a redirect with $ in a name and blanks about the length',
    wire: 'HTTP/1.1 301 Moved Permanently\r\nLocation: http://example.com/\r\nX-$Build: 1.6\r\nContent-Length:  6  \r\n\r\n<a/>\r\n',
    ...both(kept(301, '<a/>\r\n')),
  },
  {
    name: 'sample: long values',
    wire: `HTTP/1.1 301 Moved\r\nP3P: policyref="http://example.com/p3p.xml",CP="${'CAO DSP '.repeat(20)}"\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n\n\r\n0\r\n\r\n`,
    ...both(kept(301, '\n')),
  },
  { name: 'sample: underscore in a name', wire: `${ok}${none}AD_imp: v7;x;1;;~cs=o\r\n\r\n`, ...both(kept(200)) },
  {
    name: 'sample: empty value before another field',
    wire: `HTTP/1.0 301 Moved\r\nPragma: \r\nLocation: http://example.com/\r\n${none}Connection: keep-alive\r\n\r\n`,
    ...both(kept(301)),
  },
  {
    name: 'sample: names that nearly are known ones',
    wire: `${ok}.et-Cookie: a=1; path=/\r\n_eep-Alive: timeout=45\r\n_onnection: Keep-Alive\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n`,
    ...both(ended(200)),
  },
  {
    name: 'sample: space in a name',
    wire: `${ok}en-US Content-Type: text/xml\r\n\r\n`,
    ...both(refused('invalid header name')),
  },
  { name: 'invalid: fields parted by CR', wire: `${ok}Foo: 1\rBar: 2\r\n\r\n`, ...both(refused('invalid line end')) },
  {
    name: 'request/invalid: fields parted by LF',
    wire: `${ok}x:x\nTransfer-Encoding: chunked\r\n\r\n1\r\nA\r\n0\r\n\r\n`,
    ...lenientOnly('invalid header value', kept(200, 'A')),
  },
  {
    name: 'request/invalid: empty field and CR',
    wire: `${ok}x:\rTransfer-Encoding: chunked\r\n\r\n`,
    ...both(refused('invalid line end')),
  },
  {
    name: 'request/invalid: empty field and LF',
    wire: `${ok}x:\nTransfer-Encoding: chunked\r\n\r\n1\r\nA\r\n0\r\n\r\n`,
    ...lenientOnly('invalid header value', kept(200, 'A')),
  },
  {
    name: 'request/invalid: CR and a letter where a line begins',
    wire: `${ok}Host: a\r\n\rZGET /evil: x\r\n\r\n`,
    ...both(refused('invalid line end')),
  },
  { name: 'request/invalid: @ in a name', wire: `${ok}Fo@: x\r\n\r\n`, ...both(refused('invalid header name')) },
  {
    name: 'request/invalid: control octets in a name',
    wire: `${ok}Foo\x01\x7fx: Bar\r\n\r\n`,
    ...both(refused('invalid header name')),
  },
  { name: 'request/invalid: no name', wire: `${ok}: Bar\r\n\r\n`, ...both(refused('invalid header name')) },
  {
    name: 'request/invalid: a name on two lines',
    wire: `${ok}name\r\n : value\r\n\r\n`,
    ...both(refused('invalid header name')),
  },
  {
    name: 'request/invalid: rubbish instead of a colon',
    wire: `${ok}Connection\r\x1b5\xd5eep-Alive\r\n\r\n`,
    ...both(refused('invalid header name')),
  },
  {
    name: 'request/invalid: rubbish in an unknown name',
    wire: `${ok}X-Any-Field\r\x1b5\xd5eep-Alive\r\n\r\n`,
    ...both(refused('invalid header name')),
  },
  {
    name: 'request/content-length: CR in place of the dash',
    wire: `${ok}Content\rLength: 3\r\n\r\nabc`,
    ...both(refused('invalid header name')),
  },
  {
    name: 'request/invalid: no CR before a length',
    wire: `${ok}Dummy: x\nContent-Length: 3\r\n\r\nabc`,
    ...lenientOnly('invalid header value', kept(200, 'abc')),
  },
  {
    name: 'request/invalid: a folded line that looks like a length',
    wire: `${ok}Foo: bar\r\n Content-Length: 38\r\n${none}\r\n`,
    ...lenientOnly('folded', kept(200)),
  },
  {
    name: 'request/lenient-headers: form feed as value',
    wire: `${ok}Alpha: \f\r\n${none}\r\n`,
    ...lenientOnly('invalid header value', kept(200)),
  },
  {
    name: 'request/lenient-header-value-relaxed: form feed in a value',
    wire: `${ok}Alpha: one\ftwo\r\n${none}\r\n`,
    ...lenientOnly('invalid header value', kept(200)),
  },
  {
    name: 'request/lenient-header-value-relaxed: NUL in a value',
    wire: `${ok}Alpha: a\0b\r\n${none}\r\n`,
    ...both(refused('invalid header value')),
  },
  {
    name: 'request/lenient-header-value-relaxed: CR alone in a value',
    wire: `${ok}Alpha: \f\rb\r\n${none}\r\n`,
    ...both(refused('invalid')),
  },
  {
    name: 'request/lenient-header-value-relaxed: space after the first line',
    wire: `${ok} Alpha: a\r\n\r\n`,
    ...both(refused('folded')),
  },
];

export const connection: readonly ConformanceCase[] = [
  { name: 'request/connection: keep-alive', wire: `${ok}Connection: keep-alive\r\n${none}\r\n`, ...both(kept(200)) },
  {
    name: 'request/connection: keep-alive in HTTP/1.0',
    wire: `HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n${none}\r\n`,
    ...both(kept(200)),
  },
  { name: 'request/connection: HTTP/1.0 without it', wire: `HTTP/1.0 200 OK\r\n${none}\r\n`, ...both(ended(200)) },
  { name: 'request/connection: close', wire: `${ok}Connection: close\r\n${none}\r\n`, ...both(ended(200)) },
  {
    name: 'request/connection: many tokens',
    wire: `${ok}Connection: close, token, upgrade, token, keep-alive\r\n${none}\r\n`,
    ...both(ended(200)),
  },
  {
    name: 'request/connection: an empty token',
    wire: `${ok}Connection: Something, Upgrade, ,Keep-Alive\r\n${none}\r\n`,
    ...both(kept(200)),
  },
  {
    name: 'request/connection: tokens on two lines',
    wire: `${ok}Connection: Something,\r\n Upgrade, ,Keep-Alive\r\n${none}\r\n`,
    ...both(refused('folded')),
    departs: 'What decides about reuse must read the same for everybody on the way.',
  },
  {
    name: 'connection: Proxy-Connection: close',
    wire: `${ok}Content-Length: 11\r\nProxy-Connection: close\r\n\r\nhello world`,
    ...both(ended(200, 'hello world')),
  },
  {
    name: 'connection: HTTP/1.0, keep-alive, no length',
    wire: 'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\nHTTP/1.0 200 OK',
    ...both(ended(200, 'HTTP/1.0 200 OK')),
  },
  {
    name: 'connection: HTTP/1.0, keep-alive, 204 and more',
    wire: 'HTTP/1.0 204 No content\r\nConnection: keep-alive\r\n\r\nHTTP/1.0 200 OK',
    ...both(ended(204, '', 15)),
  },
  { name: 'connection: no length', wire: `${ok}\r\nHTTP/1.1 200 OK`, ...both(ended(200, 'HTTP/1.1 200 OK')) },
  {
    name: 'connection: 204 and more',
    wire: 'HTTP/1.1 204 No content\r\n\r\nHTTP/1.1 200 OK',
    ...both(ended(204, '', 15)),
  },
  {
    name: 'connection: 204, close and more',
    wire: 'HTTP/1.1 204 No content\r\nConnection: close\r\n\r\nHTTP/1.1 200 OK',
    ...both(ended(204, '', 15)),
    departs: 'The response is whole; the octets behind it spoil the connection, not the answer.',
  },
  {
    name: 'connection: length, close and more',
    wire: `${ok}Content-Length: 5\r\nConnection: close\r\n\r\n2ad731e3-4dcd`,
    ...both(ended(200, '2ad73', 8)),
    departs: 'The response is whole; the octets behind it spoil the connection, not the answer.',
  },
  {
    name: 'connection: 101 with a length',
    wire: 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 4\r\n\r\nbodyproto',
    ...both(refused('unexpected switch')),
    departs: 'No request of ours asks for another protocol.',
  },
  {
    name: 'connection: 101, chunked',
    wire: 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\nproto',
    ...both(refused('unexpected switch')),
    departs: 'No request of ours asks for another protocol.',
  },
  {
    name: 'connection: 200 that names an upgrade',
    wire: `${ok}Connection: upgrade\r\nUpgrade: h2c\r\n\r\nbody`,
    ...both(ended(200, 'body')),
  },
  {
    name: 'connection: 200 that names an upgrade, with a length',
    wire: `${ok}Connection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 4\r\n\r\nbody`,
    ...both(kept(200, 'body')),
  },
  {
    name: 'connection: 200 that names an upgrade, chunked',
    wire: `${ok}Connection: upgrade\r\nUpgrade: h2c\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n`,
    ...both(kept(200, 'body')),
  },
];
