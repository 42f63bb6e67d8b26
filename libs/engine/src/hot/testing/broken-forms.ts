/** What must be refused as a response, and why; shared by the parser's tests. */
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
