import type { HttpClient } from '../http/http-client.js';
import { User } from './user.js';

/**
 * A virtual user that speaks HTTP: `this.http` keeps its own connection alive and its own cookies.
 *
 * ```ts
 * export class Reader extends HttpUser {
 *   override waitTime = constant(1);
 *   @task() async list() { await this.http.get('/users', { params: { page: 2 } }); }
 * }
 * ```
 */
export class HttpUser<Data = unknown> extends User<Data> {
  /** Sends requests. Relative paths are resolved against the host; every exchange is measured and counted. */
  get http(): HttpClient {
    return this.context.http;
  }
}
