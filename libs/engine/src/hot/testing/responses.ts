/** Valid responses of every form, and what must be read from them; shared by the parser's tests. */
export interface ResponseForm {
  readonly what: string;
  readonly wire: string;
  readonly status: number;
  readonly body: string;
  readonly keepAlive: boolean;
  /** The request was a HEAD. */
  readonly head?: true;
  /** The connection's end completes the response. */
  readonly byClose?: true;
  /** Octets beyond the response. */
  readonly surplus?: number;
  /** Not taken in strict mode. */
  readonly lenientOnly?: true;
}

export const responseForms: readonly ResponseForm[] = [
  {
    what: 'content-length',
    wire: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
    status: 200,
    body: 'hello',
    keepAlive: true,
  },
  { what: 'empty body', wire: 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', status: 200, body: '', keepAlive: true },
  {
    what: 'odd case and spacing',
    wire: 'HTTP/1.1 200 OK\r\ncOnTeNt-LeNgTh:\t 3 \t\r\n\r\nabc',
    status: 200,
    body: 'abc',
    keepAlive: true,
  },
  {
    what: 'no reason phrase',
    wire: 'HTTP/1.1 404 \r\nContent-Length: 0\r\n\r\n',
    status: 404,
    body: '',
    keepAlive: true,
  },
  {
    what: 'no space after the status',
    wire: 'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n',
    status: 200,
    body: '',
    keepAlive: true,
    lenientOnly: true,
  },
  {
    what: 'empty field value',
    wire: 'HTTP/1.1 200 OK\r\nX:\r\nContent-Length: 1\r\n\r\nx',
    status: 200,
    body: 'x',
    keepAlive: true,
  },
  {
    what: 'octets above ASCII',
    wire: 'HTTP/1.1 200 Gr\xfcn\r\nX: \xe9\xff\r\nContent-Length: 2\r\n\r\n\xc3\xa9',
    status: 200,
    body: '\xc3\xa9',
    keepAlive: true,
  },
  {
    what: 'every octet in the body',
    wire: `HTTP/1.1 200 OK\r\nContent-Length: 256\r\n\r\n${every()}`,
    status: 200,
    body: every(),
    keepAlive: true,
  },
  {
    what: 'chunked',
    wire: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n',
    status: 200,
    body: 'hello world',
    keepAlive: true,
  },
  {
    what: 'chunked, empty',
    wire: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    status: 200,
    body: '',
    keepAlive: true,
  },
  {
    what: 'chunk extensions',
    wire: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3;a=1;b="x y"\r\nabc\r\n000;last\r\n\r\n',
    status: 200,
    body: 'abc',
    keepAlive: true,
  },
  {
    what: 'blank after the chunk size',
    wire: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3 \r\nabc\r\n0\t;x\r\n\r\n',
    status: 200,
    body: 'abc',
    keepAlive: true,
    lenientOnly: true,
  },
  {
    what: 'trailers',
    wire: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: A\r\n\r\nA\r\n0123456789\r\n0\r\nA: b\r\nContent-Length: 7\r\n\r\n',
    status: 200,
    body: '0123456789',
    keepAlive: true,
  },
  {
    what: 'chunk data that looks like a head',
    wire: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n0\r\n\r\nx\r\n0\r\n\r\n',
    status: 200,
    body: '0\r\n\r\nx',
    keepAlive: true,
  },
  {
    what: '100 before the response',
    wire: 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    status: 200,
    body: 'ok',
    keepAlive: true,
  },
  {
    what: '103 with fields, twice',
    wire: 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nConnection: close\r\n\r\nHTTP/1.1 103 Early Hints\r\nContent-Length: 9\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    status: 200,
    body: 'ok',
    keepAlive: true,
  },
  { what: '204', wire: 'HTTP/1.1 204 No Content\r\n\r\n', status: 204, body: '', keepAlive: true },
  {
    what: '204 that names a length',
    wire: 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n',
    status: 204,
    body: '',
    keepAlive: true,
  },
  {
    what: '304 that names a length',
    wire: 'HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\n',
    status: 304,
    body: '',
    keepAlive: true,
  },
  {
    what: 'HEAD with a length',
    wire: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n',
    status: 200,
    body: '',
    keepAlive: true,
    head: true,
  },
  {
    what: 'HEAD, chunked',
    wire: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
    status: 200,
    body: '',
    keepAlive: true,
    head: true,
  },
  {
    what: 'close-delimited',
    wire: 'HTTP/1.1 200 OK\r\n\r\nuntil the end',
    status: 200,
    body: 'until the end',
    keepAlive: false,
    byClose: true,
  },
  {
    what: 'close-delimited, empty',
    wire: 'HTTP/1.1 200 OK\r\nServer: x\r\n\r\n',
    status: 200,
    body: '',
    keepAlive: false,
    byClose: true,
  },
  {
    what: 'Connection: close',
    wire: 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx',
    status: 200,
    body: 'x',
    keepAlive: false,
  },
  {
    what: 'a list in Connection',
    wire: 'HTTP/1.1 200 OK\r\nConnection: Upgrade , CLOSE\r\nContent-Length: 1\r\n\r\nx',
    status: 200,
    body: 'x',
    keepAlive: false,
  },
  {
    what: 'close beats keep-alive',
    wire: 'HTTP/1.1 200 OK\r\nConnection: close\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx',
    status: 200,
    body: 'x',
    keepAlive: false,
  },
  {
    what: 'HTTP/1.0',
    wire: 'HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nold',
    status: 200,
    body: 'old',
    keepAlive: false,
  },
  {
    what: 'HTTP/1.0 kept alive',
    wire: 'HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 3\r\n\r\nold',
    status: 200,
    body: 'old',
    keepAlive: true,
  },
  {
    what: 'HTTP/1.0 until close',
    wire: 'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\nold',
    status: 200,
    body: 'old',
    keepAlive: false,
    byClose: true,
  },
  {
    what: 'chunked HTTP/1.0',
    wire: 'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n',
    status: 200,
    body: 'x',
    keepAlive: false,
    lenientOnly: true,
  },
  {
    what: 'LF as line end',
    wire: 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok',
    status: 200,
    body: 'ok',
    keepAlive: true,
    lenientOnly: true,
  },
  {
    what: 'LF as line end, chunked',
    wire: 'HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2\nok\n0\nT: x\n\n',
    status: 200,
    body: 'ok',
    keepAlive: true,
    lenientOnly: true,
  },
  {
    what: 'folded field',
    wire: 'HTTP/1.1 200 OK\r\nX: a\r\n  b\r\n\tc\r\nContent-Length: 2\r\n\r\nok',
    status: 200,
    body: 'ok',
    keepAlive: true,
    lenientOnly: true,
  },
  {
    what: 'equal lengths',
    wire: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok',
    status: 200,
    body: 'ok',
    keepAlive: true,
    lenientOnly: true,
  },
  {
    what: 'blank lines before',
    wire: '\r\n\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    status: 200,
    body: 'ok',
    keepAlive: true,
    lenientOnly: true,
  },
  {
    what: 'identity coding',
    wire: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nok',
    status: 200,
    body: 'ok',
    keepAlive: true,
    lenientOnly: true,
  },
  {
    what: 'octets after the response',
    wire: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1',
    status: 200,
    body: 'ok',
    keepAlive: false,
    surplus: 8,
  },
  {
    what: 'a body after HEAD',
    wire: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    status: 200,
    body: '',
    keepAlive: false,
    head: true,
    surplus: 2,
  },
  {
    what: 'a status nobody knows',
    wire: 'HTTP/1.1 599 Odd\r\nContent-Length: 0\r\n\r\n',
    status: 599,
    body: '',
    keepAlive: true,
  },
];

export interface BrokenForm {
  readonly what: string;
  readonly wire: string;
  /** Part of the error. */
  readonly error: string;
  /** Refused in strict mode only. */
  readonly strictOnly?: true;
}

const ok = 'HTTP/1.1 200 OK\r\n';
const chunked = `${ok}Transfer-Encoding: chunked\r\n\r\n`;

export const brokenForms: readonly BrokenForm[] = [
  { what: 'another protocol', wire: 'SSH-2.0-OpenSSH_9.2\r\n', error: 'not an HTTP/1.x response' },
  { what: 'a request', wire: 'GET / HTTP/1.1\r\n\r\n', error: 'not an HTTP/1.x response' },
  { what: 'HTTP/2.0', wire: 'HTTP/2.0 200 OK\r\n\r\n', error: 'not an HTTP/1.x response' },
  { what: 'HTTP/1.2', wire: 'HTTP/1.2 200 OK\r\n\r\n', error: 'unsupported HTTP version' },
  { what: 'lower case', wire: 'http/1.1 200 OK\r\n\r\n', error: 'not an HTTP/1.x response' },
  { what: 'two-digit status', wire: 'HTTP/1.1 20 OK\r\n\r\n', error: 'invalid status' },
  { what: 'four-digit status', wire: 'HTTP/1.1 2000 OK\r\n\r\n', error: 'invalid status' },
  { what: 'status below 100', wire: 'HTTP/1.1 099 OK\r\n\r\n', error: 'invalid status' },
  { what: 'status in letters', wire: 'HTTP/1.1 2x0 OK\r\n\r\n', error: 'invalid status' },
  { what: 'two spaces before the status', wire: 'HTTP/1.1  200 OK\r\n\r\n', error: 'invalid status' },
  { what: 'control octet in the reason', wire: 'HTTP/1.1 200 O\x01K\r\n\r\n', error: 'invalid status line' },
  { what: 'lone CR in the status line', wire: 'HTTP/1.1 200 OK\rX: y\r\n\r\n', error: 'invalid status line' },
  { what: 'many blank lines before', wire: `${'\r\n'.repeat(20)}${ok}\r\n`, error: 'not an HTTP/1.x response' },
  { what: 'no colon', wire: `${ok}Server nginx\r\n\r\n`, error: 'invalid header name' },
  { what: 'no name', wire: `${ok}: x\r\n\r\n`, error: 'invalid header name' },
  { what: 'blank before the colon', wire: `${ok}Content-Length : 5\r\n\r\nhello`, error: 'invalid header name' },
  { what: 'NUL in a name', wire: `${ok}X\0Y: 1\r\n\r\n`, error: 'invalid header name' },
  { what: 'NUL in a value', wire: `${ok}X: a\0b\r\n\r\n`, error: 'invalid header value' },
  { what: 'lone CR in a value', wire: `${ok}X: a\rContent-Length: 5\r\n\r\nhello`, error: 'invalid line end' },
  { what: 'CR CR LF', wire: `${ok}X: a\r\r\n\r\n`, error: 'invalid line end' },
  { what: 'first field folded', wire: `${ok} X: a\r\n\r\n`, error: 'folded' },
  { what: 'folded content-length', wire: `${ok}Content-Length: 1\r\n 0\r\n\r\n0123456789`, error: 'folded' },
  { what: 'folded transfer-encoding', wire: `${ok}Transfer-Encoding: chunked\r\n , gzip\r\n\r\n`, error: 'folded' },
  { what: 'negative length', wire: `${ok}Content-Length: -5\r\n\r\nhello`, error: 'content-length' },
  { what: 'signed length', wire: `${ok}Content-Length: +5\r\n\r\nhello`, error: 'content-length' },
  { what: 'hexadecimal length', wire: `${ok}Content-Length: 0x5\r\n\r\nhello`, error: 'content-length' },
  { what: 'empty length', wire: `${ok}Content-Length:\r\n\r\nhello`, error: 'content-length' },
  { what: 'length with a blank inside', wire: `${ok}Content-Length: 4 2\r\n\r\n`, error: 'content-length' },
  { what: 'length as a list', wire: `${ok}Content-Length: 5, 5\r\n\r\nhello`, error: 'content-length' },
  {
    what: 'length beyond all numbers',
    wire: `${ok}Content-Length: 99999999999999999999\r\n\r\n`,
    error: 'content-length',
  },
  {
    what: 'different lengths',
    wire: `${ok}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello`,
    error: 'repeated content-length',
  },
  {
    what: 'length and chunked',
    wire: `${ok}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    error: 'both',
  },
  {
    what: 'chunked and length',
    wire: `${ok}Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n`,
    error: 'both',
  },
  { what: 'another coding', wire: `${ok}Transfer-Encoding: gzip\r\n\r\n`, error: 'transfer-encoding' },
  { what: 'codings before chunked', wire: `${ok}Transfer-Encoding: gzip, chunked\r\n\r\n`, error: 'transfer-encoding' },
  {
    what: 'a coding after chunked',
    wire: `${ok}Transfer-Encoding: chunked, deflate\r\n\r\n`,
    error: 'transfer-encoding',
  },
  {
    what: 'chunked twice',
    wire: `${ok}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n`,
    error: 'transfer-encoding',
  },
  { what: 'almost chunked', wire: `${ok}Transfer-Encoding: xchunked\r\n\r\n`, error: 'transfer-encoding' },
  { what: 'no chunk size', wire: `${chunked}\r\nabc`, error: 'invalid chunk size' },
  { what: 'chunk size in letters', wire: `${chunked}xyz\r\n`, error: 'invalid chunk size' },
  { what: 'negative chunk size', wire: `${chunked}-1\r\n`, error: 'invalid chunk size' },
  { what: 'chunk size 0x', wire: `${chunked}0x5\r\nhello\r\n0\r\n\r\n`, error: 'invalid chunk size' },
  { what: 'rubbish after the chunk size', wire: `${chunked}5 5\r\nhello`, error: 'invalid chunk size' },
  { what: 'chunk size beyond all numbers', wire: `${chunked}fffffffffffffffff\r\n`, error: 'too large' },
  { what: 'endless zeros as chunk size', wire: `${chunked}${'0'.repeat(100)}1\r\n`, error: 'too large' },
  { what: 'control octet in an extension', wire: `${chunked}1;a\x00b\r\nx\r\n`, error: 'invalid chunk size' },
  { what: 'lone CR after the chunk size', wire: `${chunked}1\rx\r\n`, error: 'invalid chunk size' },
  { what: 'chunk longer than said', wire: `${chunked}2\r\nabc\r\n0\r\n\r\n`, error: 'chunk longer' },
  { what: 'chunk without its line end', wire: `${chunked}2\r\nab0\r\n\r\n`, error: 'chunk longer' },
  { what: 'invalid trailer', wire: `${chunked}0\r\nno colon\r\n\r\n`, error: 'invalid header name' },
  { what: 'folded trailer', wire: `${chunked}0\r\n x\r\n\r\n`, error: 'folded' },
  {
    what: 'unasked upgrade',
    wire: 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n',
    error: 'unexpected switch',
  },
  { what: 'endless interim responses', wire: 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(40), error: 'interim' },
  { what: 'head beyond 64 kB', wire: `${ok}${'X: 0123456789\r\n'.repeat(5_000)}\r\n`, error: '64 kB' },
  { what: 'one field beyond 64 kB', wire: `${ok}X: ${'a'.repeat(70_000)}\r\n\r\n`, error: '64 kB' },
  { what: 'status line beyond 64 kB', wire: `HTTP/1.1 200 ${'a'.repeat(70_000)}\r\n\r\n`, error: '64 kB' },
  { what: 'trailers beyond 64 kB', wire: `${chunked}0\r\n${'X: 0123456789\r\n'.repeat(5_000)}\r\n`, error: '64 kB' },
  { what: 'endless extension', wire: `${chunked}1;${'a'.repeat(20_000)}\r\nx\r\n0\r\n\r\n`, error: 'chunk size line' },
  {
    what: 'LF alone',
    wire: 'HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n',
    error: 'invalid status line',
    strictOnly: true,
  },
  {
    what: 'LF alone after a field',
    wire: `${ok}Content-Length: 0\n\r\n`,
    error: 'invalid header value',
    strictOnly: true,
  },
  { what: 'LF alone as last line', wire: `${ok}Content-Length: 0\r\n\n`, error: 'invalid line end', strictOnly: true },
  { what: 'LF alone after a chunk', wire: `${chunked}1\r\nx\n0\r\n\r\n`, error: 'chunk longer', strictOnly: true },
  {
    what: 'equal lengths',
    wire: `${ok}Content-Length: 2\r\nContent-Length: 2\r\n\r\nok`,
    error: 'repeated',
    strictOnly: true,
  },
  {
    what: 'status above 599',
    wire: 'HTTP/1.1 700 Odd\r\nContent-Length: 0\r\n\r\n',
    error: 'invalid status',
    strictOnly: true,
  },
  {
    what: 'DEL in a value',
    wire: `${ok}X: a\x7fb\r\nContent-Length: 0\r\n\r\n`,
    error: 'invalid header value',
    strictOnly: true,
  },
];

function every(): string {
  return String.fromCharCode(...Array.from({ length: 256 }, (_, octet) => octet));
}
