// Content-Length, Transfer-Encoding and chunks; see conformance-case.ts for what the table follows.
import { both, type ConformanceCase, ended, kept, lenientOnly, refused, short } from './conformance-case.js';

const ok = 'HTTP/1.1 200 OK\r\n';
const chunked = `${ok}Transfer-Encoding: chunked\r\n\r\n`;
const unasked =
  'No request of ours asks for a coding (TE): its body would be handed to checks undecoded, or framed by a guess.';

export const lengths: readonly ConformanceCase[] = [
  {
    name: 'content-length: none, Connection: close',
    wire: `${ok}Content-Type: text/xml\r\nConnection: close\r\n\r\n<?xml version="1.0"?>\n<fault/>`,
    ...both(ended(200, '<?xml version="1.0"?>\n<fault/>')),
  },
  {
    name: 'sample: neither length nor coding',
    wire: `${ok}Content-Type: text/plain\r\n\r\nhello world`,
    ...both(ended(200, 'hello world')),
  },
  {
    name: 'content-length: a name that begins with it',
    wire: `${ok}Content-Length-X: 0\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nOK\r\n0\r\n\r\n`,
    ...both(kept(200, 'OK')),
  },
  {
    name: 'content-length: of a HEAD, forgotten before the next',
    wire: `${ok}Content-Length: 123\r\n\r\n${ok}Content-Length: 456\r\n\r\n`,
    head: true,
    ...both(ended(200, '', 40)),
  },
  { name: 'content-length: tabs about it', wire: `${ok}Content-Length:\t3\t\r\n\r\nabc`, ...both(kept(200, 'abc')) },
  {
    name: 'request/content-length: zeros before it',
    wire: `${ok}Content-Length: 003\r\n\r\nabc`,
    ...both(kept(200, 'abc')),
  },
  {
    name: 'request/content-length: a field behind it',
    wire: `${ok}Content-Length: 003\r\nOhai: world\r\n\r\nabc`,
    ...both(kept(200, 'abc')),
  },
  {
    name: 'request/content-length: overflow',
    wire: `${ok}Content-Length: 1000000000000000000000\r\n\r\n`,
    ...both(refused('content-length')),
  },
  {
    name: 'request/content-length: two lengths',
    wire: `${ok}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`,
    ...both(refused('repeated content-length')),
  },
  {
    name: 'request/content-length: length and identity',
    wire: `${ok}Content-Length: 1\r\nTransfer-Encoding: identity\r\n\r\nx`,
    ...lenientOnly('transfer-encoding', kept(200, 'x')),
  },
  {
    name: 'request/content-length: length and chunked',
    wire: `${ok}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
    ...both(refused('both')),
    departs: 'Whoever believes the other of the two sees another body: not tolerated in lenient mode either.',
  },
  {
    name: 'request/content-length: odd case',
    wire: 'HTTP/1.0 200 OK\r\nconTENT-Length: 5\r\n\r\nHELLO',
    ...both(ended(200, 'HELLO')),
  },
  {
    name: 'request/content-length: blanks about it',
    wire: `${ok}Content-Length:  2 \r\n\r\nok`,
    ...both(kept(200, 'ok')),
  },
  {
    name: 'request/content-length: a blank inside',
    wire: `${ok}Content-Length: 4 2\r\n\r\n`,
    ...both(refused('content-length')),
  },
  {
    name: 'request/content-length: a blank inside, longer',
    wire: `${ok}Content-Length: 13 37\r\n\r\n`,
    ...both(refused('content-length')),
  },
  { name: 'request/content-length: empty', wire: `${ok}Content-Length:\r\n\r\n`, ...both(refused('content-length')) },
  {
    name: 'pipelining: three responses',
    wire: `${ok}Content-Length: 3\r\n\r\nAAA\r\nHTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\nBBBB`,
    ...both(ended(200, 'AAA', 49)),
  },
  { name: 'pausing: a body of known length', wire: `${ok}Content-Length: 3\r\n\r\nabc`, ...both(kept(200, 'abc')) },
];

export const codings: readonly ConformanceCase[] = [
  {
    name: 'transfer-encoding: empty, with a length',
    wire: `${ok}Transfer-Encoding:\r\nContent-Length: 5\r\n\r\nhello`,
    ...both(refused('transfer-encoding')),
  },
  {
    name: 'request/transfer-encoding: empty, thrice, after a length',
    wire: `${ok}Content-Length: 10\r\n${'Transfer-Encoding:\r\n'.repeat(3)}\r\n2\r\nAA\r\n0\r\n`,
    ...both(refused('transfer-encoding')),
  },
  {
    name: 'transfer-encoding: chunked before another',
    wire: `${ok}Transfer-Encoding: chunked, deflate\r\n\r\nWorld`,
    ...both(refused('transfer-encoding')),
    departs: unasked,
  },
  {
    name: 'transfer-encoding: chunked, then identity in a second field',
    wire: `${ok}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n5\r\nWorld\r\n0\r\n\r\n`,
    ...lenientOnly('transfer-encoding', kept(200, 'World')),
    departs: 'Identity is no coding, so that the message is chunked (and RFC 9112 knows it no more).',
  },
  {
    name: 'request/transfer-encoding: chunked, then another in a second field',
    wire: `${ok}Transfer-Encoding: chunked\r\nTransfer-Encoding: deflate\r\n\r\nWorld`,
    ...both(refused('transfer-encoding')),
    departs: unasked,
  },
  {
    name: 'transfer-encoding: chunkedchunked',
    wire: `${ok}Transfer-Encoding: chunkedchunked\r\n\r\n2\r\nOK\r\n0\r\n\r\n`,
    ...both(refused('transfer-encoding')),
    departs: unasked,
  },
  {
    name: 'request/transfer-encoding: pigeons',
    wire: `${ok}Transfer-Encoding: pigeons\r\n\r\n`,
    ...both(refused('transfer-encoding')),
  },
  {
    name: 'request/transfer-encoding: identity and a length',
    wire: `${ok}Transfer-Encoding: identity\r\nContent-Length: 5\r\n\r\nWorld`,
    ...lenientOnly('transfer-encoding', kept(200, 'World')),
  },
  {
    name: 'request/transfer-encoding: another before chunked',
    wire: `${ok}Transfer-Encoding: deflate, chunked\r\n\r\n5\r\nWorld\r\n0\r\n\r\n`,
    ...both(refused('transfer-encoding')),
    departs: unasked,
  },
  {
    name: 'request/transfer-encoding: another before chunked, in two fields',
    wire: `${ok}Transfer-Encoding: deflate\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nWorld\r\n0\r\n\r\n`,
    ...both(refused('transfer-encoding')),
    departs: unasked,
  },
  {
    name: 'transfer-encoding: folded after chunked',
    wire: `${ok}Transfer-Encoding: chunked\r\n  abc\r\n\r\n5\r\nWorld\r\n0\r\n\r\n`,
    ...both(refused('folded')),
  },
  { name: 'request/transfer-encoding: head alone', wire: chunked, ...both(short) },
];

export const chunks: readonly ConformanceCase[] = [
  {
    name: 'request/transfer-encoding: size in lower case',
    wire: `${chunked}a\r\n0123456789\r\n0\r\n\r\n`,
    ...both(kept(200, '0123456789')),
  },
  {
    name: 'request/transfer-encoding: size in upper case',
    wire: `${chunked}A\r\n0123456789\r\n0\r\n\r\n`,
    ...both(kept(200, '0123456789')),
  },
  {
    name: 'request/transfer-encoding: size of two digits',
    wire: `${chunked}1e\r\nthirty octets are in this chunk\r\n0\r\n\r\n`,
    ...both(refused('chunk longer')),
  },
  {
    name: 'request/transfer-encoding: size of two digits that fits',
    wire: `${chunked}1f\r\nthirty octets are in this chunk\r\n0\r\n\r\n`,
    ...both(kept(200, 'thirty octets are in this chunk')),
  },
  {
    name: 'request/transfer-encoding: 000 as the last',
    wire: `${chunked}5\r\nhello\r\n6\r\n world\r\n000\r\n\r\n`,
    ...both(kept(200, 'hello world')),
  },
  {
    name: 'request/transfer-encoding: trailers',
    wire: `${chunked}5\r\nhello\r\n0\r\nVary: *\r\nContent-Type: text/plain\r\n\r\n`,
    ...both(kept(200, 'hello')),
  },
  {
    name: 'transfer-encoding: extensions',
    wire: `${chunked}5;one;two=three\r\nhello\r\n6;four;five\r\n world\r\n0\r\n\r\n`,
    ...both(kept(200, 'hello world')),
  },
  {
    name: 'transfer-encoding: extension without a semicolon',
    wire: `${chunked}2 word\r\naa\r\n0 word\r\n\r\n`,
    ...both(refused('invalid chunk size')),
  },
  {
    name: 'transfer-encoding: semicolon without an extension',
    wire: `${chunked}2;\r\naa\r\n0\r\n\r\n`,
    ...lenientOnly('chunk extension', kept(200, 'aa')),
  },
  {
    name: 'transfer-encoding: quoted extensions',
    wire: `${chunked}5;one="I love; extensions";two="three";four;five=six\r\nhello\r\n0\r\n\r\n`,
    ...both(kept(200, 'hello')),
  },
  {
    name: 'request/transfer-encoding: quoted pairs in an extension',
    wire: `${chunked}5;one="I \\"love\\"; \\\\this\\\\";two=three\r\nhello\r\n0\r\n\r\n`,
    ...both(kept(200, 'hello')),
  },
  {
    name: 'transfer-encoding: a quote without its end',
    wire: `${chunked}5;one="abc";two="def; ghi\r\nhello\r\n0\r\n\r\n`,
    ...lenientOnly('chunk extension', kept(200, 'hello')),
  },
  {
    name: 'transfer-encoding: blanks after the size',
    wire: `${chunked}5  \r\nhello\r\n0  \r\n\r\n`,
    ...lenientOnly('invalid chunk size', kept(200, 'hello')),
  },
  {
    name: 'request/transfer-encoding: blank after the size',
    wire: `${chunked}a \r\n0123456789\r\n0\r\n\r\n`,
    ...lenientOnly('invalid chunk size', kept(200, '0123456789')),
  },
  {
    name: 'request/transfer-encoding: no last chunk',
    wire: `${chunked}3\r\nfoo\r\n\r\n`,
    ...both(refused('invalid chunk size')),
  },
  {
    name: 'request/transfer-encoding: LF inside the blanks after the size',
    wire: `${chunked}3 \n  \r\nfoo\r\n\r\n`,
    ...both(refused('invalid chunk size')),
  },
  {
    name: 'request/transfer-encoding: CR CR after the size',
    wire: `${chunked}5\r\r;ABCD\r\n34\r\nE\r\n0\r\n\r\n`,
    ...both(refused('invalid chunk size')),
  },
  {
    name: 'request/transfer-encoding: no line end after the data',
    wire: `${chunked}5\r\nABCDE0\r\n\r\n`,
    ...both(refused('chunk longer')),
  },
  {
    name: 'request/invalid: LF alone everywhere',
    wire: 'HTTP/1.1 200 OK\nTransfer-Encoding: chunked\nTrailer: Baz\n\n1\nA\n1;abc\nB\n1;def=ghi\nC\n1;jkl="mno"\nD\n0\nBaz: ghi\n\n',
    ...lenientOnly('invalid status line', kept(200, 'ABCD')),
  },
  {
    name: 'request/invalid: LF alone after the data',
    wire: `${chunked}1\r\nA\n0\r\n\r\n`,
    ...lenientOnly('chunk longer', kept(200, 'A')),
  },
  { name: 'pausing: a chunked body', wire: `${chunked}a\r\n0123456789\r\n0\r\n\r\n`, ...both(kept(200, '0123456789')) },
  { name: 'request/finish: cut short in a chunk', wire: `${chunked}5\r\nhel`, ...both(short) },
  { name: 'request/finish: cut short before the last line', wire: `${chunked}1\r\nx\r\n0\r\n`, ...both(short) },
];
