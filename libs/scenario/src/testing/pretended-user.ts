// A user context without network or clock, for unit tests of scenarios: it writes down what the user does.
import { SeededRandom } from '@loadstar/shared';
import type { HttpClient } from '../http/http-client.js';
import type { HttpResponse } from '../http/http-response.js';
import type { BodyOptions } from '../http/request-options.js';
import type { UserContext } from '../user/user-context.js';

export interface PretendedRequest {
  method: string;
  path: string;
  options: BodyOptions;
}

export interface PretendedUser extends UserContext {
  readonly requests: PretendedRequest[];
  readonly slept: number[];
  readonly checks: [name: string, passed: boolean][];
  /** Monotonic milliseconds; a test sets it. */
  timeMs: number;
}

/** @param answer body of every response, as a value */
export function pretendedUser(
  seed = 'test',
  answer: unknown = { user: { id: 1, name: 'Ada' }, users: [1] },
): PretendedUser {
  const requests: PretendedRequest[] = [];
  const slept: number[] = [];
  const checks: [string, boolean][] = [];
  const request = (method: string, path: string, options: BodyOptions = {}): Promise<HttpResponse> => {
    requests.push({ method, path, options });
    return Promise.resolve(pretendedResponse(method, path, answer));
  };
  const bound = (method: string) => (path: string, options?: BodyOptions) => request(method, path, options);
  const http: HttpClient = {
    get: bound('GET'),
    head: bound('HEAD'),
    options: bound('OPTIONS'),
    delete: bound('DELETE'),
    post: bound('POST'),
    put: bound('PUT'),
    patch: bound('PATCH'),
    request,
  };
  return {
    id: 7,
    host: 'http://localhost:5001',
    random: new SeededRandom(seed),
    http,
    data: undefined,
    requests,
    slept,
    checks,
    timeMs: 0,
    nowMs() {
      return this.timeMs;
    },
    sleep: (seconds) => {
      slept.push(seconds);
      return Promise.resolve();
    },
    env: {},
    parameters: {},
    beginExchange: () => ({ finish: () => {}, fail: () => true, serviceMs: 1, responseMs: 1 }),
    recordCheck: (name, passed) => void checks.push([name, passed]),
  };
}

export interface PretendedResponse extends HttpResponse {
  failedFor?: string;
}

export function pretendedResponse(method = 'GET', path = '/', answer: unknown = {}): PretendedResponse {
  const text = JSON.stringify(answer);
  return {
    ok: true,
    status: 200,
    statusText: 'OK',
    error: undefined,
    url: `http://localhost:5001${path}`,
    method,
    name: path,
    headers: { get: () => undefined, getAll: () => [], has: () => false, entries: () => [] },
    size: text.length,
    serviceMs: 1,
    responseMs: 1,
    text: () => text,
    json: <T>() => JSON.parse(text) as T,
    bytes: () => new TextEncoder().encode(text),
    fail(reason) {
      this.failedFor = reason;
    },
  };
}
