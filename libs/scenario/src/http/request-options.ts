/** Which statuses make a request a success: one, several, or a rule. */
export type ExpectedStatus = number | readonly number[] | ((status: number) => boolean);

export interface BasicAuth {
  readonly user: string;
  readonly password: string;
}

export interface BearerAuth {
  readonly bearer: string;
}

/** Options of one request. None is needed. */
export interface RequestOptions {
  /**
   * Name that the request is counted under. Default: the path without its query. Give one when the path holds an id, as
   * in `{ name: '/users/[id]' }`, so that a thousand ids make one row.
   */
  readonly name?: string;
  /** Request headers; they replace the client's own of the same name, whatever its case. */
  readonly headers?: Readonly<Record<string, string | number>>;
  /** Query parameters, appended encoded; `undefined` ones are left out, lists repeat the name. */
  readonly params?: Readonly<Record<string, QueryValue | readonly QueryValue[] | undefined>>;
  /** Statuses that count as success. Default: 200..399. An expected 404 is written `expect: 404`. */
  readonly expect?: ExpectedStatus;
  /** Milliseconds from sending to the last byte, redirects included, after which the request fails. Default 60000. */
  readonly timeoutMs?: number;
  /** Redirects to follow, 0..50. Default 10; 0 returns the redirect itself. */
  readonly redirects?: number;
  /** Credentials for the `Authorization` header. */
  readonly auth?: BasicAuth | BearerAuth;
  /** Read the body but do not keep it: cheaper for large ones. `text()` is then empty. Default false. */
  readonly discardBody?: boolean;
}

export type QueryValue = string | number | boolean;

/** A file (or any part with a type of its own) of a multipart body. */
export interface MultipartFile {
  readonly data: string | Uint8Array;
  /** What the server is told the file is called. Default: none, and the part counts as a plain field. */
  readonly filename?: string;
  /** Default: `application/octet-stream` with a `filename`, else none. */
  readonly contentType?: string;
}

/** What a field of a multipart body may hold. */
export type MultipartValue = QueryValue | MultipartFile;

/** Options of a request that may carry a body; at most one of `json`, `form`, `multipart` and `body`. */
export interface BodyOptions extends RequestOptions {
  /** Value sent as JSON with `content-type: application/json`. */
  readonly json?: unknown;
  /** Fields sent as `application/x-www-form-urlencoded`. */
  readonly form?: Readonly<Record<string, QueryValue | readonly QueryValue[] | undefined>>;
  /**
   * Fields and files sent as `multipart/form-data`, as a browser's upload: in the order given, lists repeat the name,
   * `undefined` is left out. The content type is the client's: it holds the boundary.
   *
   * ```ts
   * multipart: { title: 'Cat', photo: { data: bytes, filename: 'cat.png', contentType: 'image/png' } }
   * ```
   */
  readonly multipart?: Readonly<Record<string, MultipartValue | readonly MultipartValue[] | undefined>>;
  /** Bytes or text sent as they are; set `content-type` in `headers`. */
  readonly body?: string | Uint8Array;
}
