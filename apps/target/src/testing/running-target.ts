// A real target on a port the system chose, without simulated work unless a test asks for it.
import { register } from 'prom-client';
import { type Logger, readConfig, type RunningApp, silentLogger, systemClock } from '@loadstar/shared';
import { startTarget } from '../app/start-target.js';
import { targetConfigSchema } from '../config/target-config.js';

const quick = {
  TARGET_PORT: '0',
  TARGET_LIST_DELAY_MS: '0',
  TARGET_GET_DELAY_MS: '0',
  TARGET_CREATE_DELAY_MS: '0',
};

export interface Reply {
  status: number;
  type: string | null;
  /** Decoded JSON; a test knows its form. */
  // oxlint-disable-next-line no-explicit-any
  body: any;
  headers: Headers;
}

export class RunningTarget {
  private constructor(private readonly app: RunningApp) {}

  static async start(environment: Record<string, string> = {}, logger: Logger = silentLogger): Promise<RunningTarget> {
    // One process, one registry: the newest target of a test owns it.
    register.clear();
    const config = readConfig(targetConfigSchema, { ...quick, ...environment });
    return new RunningTarget(await startTarget(config, { clock: systemClock, logger }));
  }

  get url(): string {
    return this.app.url;
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Reply> {
    return read(await fetch(this.url + path, { headers }));
  }

  async post(path: string, body: string | undefined, type = 'application/json'): Promise<Reply> {
    const init = { method: 'POST', ...(body === undefined ? {} : { body, headers: { 'content-type': type } }) };
    return read(await fetch(this.url + path, init));
  }

  async delete(path: string): Promise<Reply> {
    return read(await fetch(this.url + path, { method: 'DELETE' }));
  }

  /** Value of a sample without labels. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    return Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1]);
  }

  close(): Promise<void> {
    return this.app.close();
  }
}

async function read(response: Response): Promise<Reply> {
  const text = await response.text();
  const type = response.headers.get('content-type');
  const body: unknown = type?.startsWith('application/json') && text !== '' ? JSON.parse(text) : text;
  return { status: response.status, type, body, headers: response.headers };
}
