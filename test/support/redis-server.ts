/** A real Redis of a test's own: on a free port of the loopback, with an append-only file in a folder that goes with it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './free-port.js';
import { leash } from './leash.js';

export class TestRedis {
  private process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly password: string,
    private readonly folder: string,
  ) {}

  /** @param folder for its append-only file; goes when it is closed */
  static async start(
    password = 'word-of-the-tests',
    folder = mkdtempSync(join(tmpdir(), 'loadstar-redis-')),
  ): Promise<TestRedis> {
    const redis = new TestRedis(await freePort(), password, folder);
    await redis.start();
    return redis;
  }

  get url(): string {
    return `redis://:${this.password}@127.0.0.1:${this.port}`;
  }

  /** Starts, or starts again on what the append-only file holds; resolves when it answers. */
  async start(): Promise<void> {
    const settings = {
      port: String(this.port),
      bind: '127.0.0.1',
      dir: this.folder,
      requirepass: this.password,
      appendonly: 'yes',
      appendfsync: 'everysec',
      'maxmemory-policy': 'noeviction',
      save: '',
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
    const launch = (): void => {
      const server = spawn('redis-server', flags, { stdio: 'ignore' });
      server.on('exit', leash(server.pid ?? 0));
      this.process = server;
    };
    launch();
    const retryStrategy = (): number => {
      // Another process may have had the port for a moment.
      if (this.process?.exitCode != null) launch();
      return 20;
    };
    const client = new Redis(this.url, { retryStrategy, maxRetriesPerRequest: null });
    client.on('error', () => {});
    await client.ping();
    client.disconnect();
  }

  /** As when the machine takes it: nothing is said to anybody, nothing more is written. */
  async kill(): Promise<void> {
    const { process } = this;
    if (!process) return;
    this.process = undefined;
    const gone = new Promise((resolve) => process.once('exit', resolve));
    process.kill('SIGKILL');
    await gone;
  }

  /** Stands still without closing a connection, until `resume`. */
  pause(): void {
    this.process?.kill('SIGSTOP');
  }

  resume(): void {
    this.process?.kill('SIGCONT');
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
