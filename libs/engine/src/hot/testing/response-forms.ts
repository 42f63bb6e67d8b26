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

function every(): string {
  return String.fromCharCode(...Array.from({ length: 256 }, (_, octet) => octet));
}
