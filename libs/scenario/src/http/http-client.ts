import type { HttpResponse } from './http-response.js';
import type { BodyOptions, RequestOptions } from './request-options.js';

/**
 * A user's HTTP client. A failed exchange does not reject: the promise resolves with `ok` false, `status` 0 and the
 * reason in `error`, as in Locust, so that a scenario goes on under faults. What rejects is a mistake in the call
 * itself, such as an invalid URL.
 */
export interface HttpClient {
  /** @param path path below the host, such as `/users`, or an absolute URL */
  get(path: string, options?: RequestOptions): Promise<HttpResponse>;
  head(path: string, options?: RequestOptions): Promise<HttpResponse>;
  options(path: string, options?: RequestOptions): Promise<HttpResponse>;
  delete(path: string, options?: BodyOptions): Promise<HttpResponse>;
  post(path: string, options?: BodyOptions): Promise<HttpResponse>;
  put(path: string, options?: BodyOptions): Promise<HttpResponse>;
  patch(path: string, options?: BodyOptions): Promise<HttpResponse>;
  /** @param method any HTTP method, in capitals */
  request(method: string, path: string, options?: BodyOptions): Promise<HttpResponse>;
}
