// A client source without a network, for tests in virtual time: answers after a set latency and records as HTTP does.
import type { BodyOptions, HttpResponse } from '@loadstar/scenario';
import type { Clock } from '@loadstar/shared';
import type { ExchangeRecorder } from '../../record/exchange-recorder.js';
import type { ClientSource, UserClient } from '../../user/user-kind.js';

export interface FakeExchange {
  readonly atMs: number;
  readonly intendedMs: number;
  readonly userClass: string;
  readonly method: string;
  readonly name: string;
}

export class FakeHttp {
  readonly exchanges: FakeExchange[] = [];
  open = 0;

  /** @param latencyMs of one request; Infinity never answers */
  constructor(
    private readonly clock: Clock,
    public latencyMs: number | ((method: string, path: string) => number) = 20,
  ) {}

  readonly source = (recorder: ExchangeRecorder): ClientSource => ({ client: () => this.client(recorder) });

  private client(recorder: ExchangeRecorder): UserClient {
    this.open++;
    let closed = false;
    const request = (method: string, path: string, options: BodyOptions = {}): Promise<HttpResponse> => {
      const name = options.name ?? path;
      const series = recorder.series(method, name);
      const latencyMs = typeof this.latencyMs === 'function' ? this.latencyMs(method, path) : this.latencyMs;
      const startedMs = this.clock.nowMs();
      const intendedMs = client.intendedStartMs ?? startedMs;
      client.intendedStartMs = undefined;
      this.exchanges.push({ atMs: startedMs, intendedMs, userClass: series.key.userClass, method, name });
      series.start();
      return new Promise((resolve) => {
        if (latencyMs === Infinity) return;
        this.clock.setTimeout(() => {
          if (closed) return;
          const nowMs = this.clock.nowMs();
          series.finish('ok', latencyMs * 1000, Math.round((nowMs - intendedMs) * 1000), 10, recorder.elapsedMs());
          resolve({ ok: true, status: 200, json: () => ({}), fail: () => {} } as unknown as HttpResponse);
        }, latencyMs);
      });
    };
    const verb = (method: string) => (path: string, options?: BodyOptions) => request(method, path, options);
    const client: UserClient = {
      request,
      get: verb('GET'),
      head: verb('HEAD'),
      options: verb('OPTIONS'),
      delete: verb('DELETE'),
      post: verb('POST'),
      put: verb('PUT'),
      patch: verb('PATCH'),
      close: () => {
        closed = true;
        this.open--;
      },
    };
    return client;
  }
}
