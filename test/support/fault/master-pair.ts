import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CreateRunBody, newId, type RunView, SeededRandom } from '@loadstar/shared';
import { TestRedis } from '../redis-server.js';
import { type PrivatePostgres, startPrivatePostgres } from '../private-postgres.js';
import { type AppHandle, startApp } from '../apps.js';
import { eventually, pause } from '../eventually.js';
import { balance, checkIdentity, type LedgerAccount, type WitnessAccount } from './identity.js';
import { Pacer } from './pacer.js';

/** What `/health` of a master says, as far as tests look. */
export interface MasterHealth {
  readonly role: 'leader' | 'standby';
  readonly leader: string | null;
  readonly workersReady: number;
}

const joinToken = 'pair-test-token';
const isOver = ({ state }: RunView): boolean => ['finished', 'failed', 'aborted'].includes(state);

/**
 * Two masters on one PostgreSQL and one Redis of their own, workers that know both addresses, and the target that keeps
 * its own account. Every process is real, and a master that was killed can be started again at its old address.
 */
export class MasterPair {
  readonly masters: AppHandle[] = [];
  readonly random: SeededRandom;
  redis!: TestRedis;
  postgres!: PrivatePostgres;
  target!: AppHandle;
  private readonly folder = mkdtempSync(join(tmpdir(), 'loadstar-pair-'));
  private readonly apps: AppHandle[] = [];
  private startedAtMs = 0;
  private startedWallMs = 0;
  private pacer: Pacer | undefined;

  private constructor(name: string) {
    const seed = process.env['FAULT_SEED'] ?? newId(6);
    this.random = new SeededRandom(`${name}/${seed}`);
    process.stdout.write(`fault test ${name}: FAULT_SEED=${seed}\n`);
  }

  static async open(name: string, workers: number): Promise<MasterPair> {
    const pair = new MasterPair(name);
    try {
      pair.postgres = await startPrivatePostgres();
      pair.redis = await TestRedis.start();
      pair.target = await pair.start('target', {
        TARGET_PORT: '0',
        TARGET_LOG_REQUESTS: '0',
        TARGET_WITNESS: '1',
        TARGET_WELCOME_DELAY_MS: '50',
      });
      for (const place of [0, 1]) await pair.startMaster(place);
      await Promise.all(Array.from({ length: workers }, (_, k) => pair.startWorker(k + 1)));
      await pair.expectWorkers(workers);
    } catch (error) {
      await pair.close();
      throw error;
    }
    return pair;
  }

  /** Starts one of the two, also again at the address that it had. */
  async startMaster(place: number): Promise<void> {
    const before = this.masters[place];
    this.masters[place] = await this.start('master', {
      LOADSTAR_PORT: before ? new URL(before.url).port : '0',
      LOADSTAR_JOIN_TOKEN: joinToken,
      LOADSTAR_DATA_DIR: join(this.folder, `master-${place}`),
      LOADSTAR_SCENARIOS_DIR: join(__dirname, '../../fault/scenarios'),
      LOADSTAR_SCENARIO: 'steady.ts',
      LOADSTAR_IDENTIFY: '1',
      LOCUST_HOST: this.target.url,
      DATABASE_URL: this.postgres.url,
      REDIS_URL: this.redis.url,
    });
  }

  master(place: number): AppHandle {
    const master = this.masters[place];
    if (!master) throw new Error(`there is no master ${place}`);
    return master;
  }

  async health(place: number): Promise<MasterHealth> {
    const response = await fetch(`${this.master(place).url}/health`, { signal: AbortSignal.timeout(2_000) });
    return (await response.json()) as MasterHealth;
  }

  /** Place of the one that leads. */
  leader(limitMs = 30_000): Promise<number> {
    return eventually(async () => {
      const roles = await Promise.all(
        [0, 1].map((place) =>
          this.health(place).then(
            ({ role }) => role,
            () => 'gone',
          ),
        ),
      );
      const leaders = roles.flatMap((role, place) => (role === 'leader' ? [place] : []));
      const [only] = leaders;
      if (only === undefined || leaders.length > 1) throw new Error(`the masters are ${roles.join(' and ')}`);
      return only;
    }, limitMs);
  }

  async expectWorkers(count: number): Promise<void> {
    await eventually(async () => {
      const { workersReady } = await this.health(await this.leader());
      if (workersReady !== count) throw new Error(`the leader counts ${workersReady} workers, not ${count}`);
    });
  }

  /** Starts a run at a known rate; `at` counts from its start. */
  async load(place: number, request: Partial<CreateRunBody> & { users: number }): Promise<RunView> {
    const run = await this.call<RunView>(place, 'POST', '/api/v1/runs', { spawnRate: 1_000, ...request });
    this.pacer ??= new Pacer(this.target.url);
    this.startedAtMs = performance.now();
    this.startedWallMs = Date.now();
    return run;
  }

  async at(seconds: number): Promise<void> {
    await pause(Math.max(0, this.startedAtMs + seconds * 1000 - performance.now()));
  }

  /** Part of its plan that a user beside the tested ones has kept between two moments, milliseconds after the start. */
  kept(fromMs: number, toMs: number): number {
    return this.pacer?.kept(this.startedAtMs + fromMs, this.startedAtMs + toMs) ?? 1;
  }

  /** Longest time for which the machine held up the user beside the tested ones, milliseconds. */
  get heldUpMs(): number {
    return this.pacer?.longestGapMs ?? 0;
  }

  get elapsedS(): number {
    return (performance.now() - this.startedAtMs) / 1000;
  }

  /** Asks for a run at one of the two until it is over. */
  ended(place: number, runId: string, limitMs = 60_000): Promise<RunView> {
    return eventually(async () => {
      const run = await this.call<RunView>(place, 'GET', `/api/v1/runs/${runId}`);
      if (!isOver(run)) throw new Error(`run ${runId} is ${run.state}`);
      return run;
    }, limitMs);
  }

  async witness(runId: string): Promise<WitnessAccount> {
    const response = await fetch(`${this.target.url}/witness/${runId}`);
    const account = (await response.json()) as WitnessAccount & { readonly first_seen: string };
    // One machine, one clock.
    return { ...account, firstMs: Date.parse(account.first_seen) - this.startedWallMs };
  }

  /** Compares what arrived with what the run counts; exactly equal. @returns how many */
  async expectExact(place: number, runId: string): Promise<number> {
    type Summary = { total: { requests: number; outcomes: Record<string, number> } };
    const [witness, run, summary] = await Promise.all([
      this.witness(runId),
      this.call<RunView>(place, 'GET', `/api/v1/runs/${runId}`),
      this.call<Summary>(place, 'GET', `/api/v1/runs/${runId}/summary`),
    ]);
    const { requests, outcomes } = summary.total;
    const unsent = (outcomes['connect'] ?? 0) + (outcomes['blocked'] ?? 0);
    const ledger: LedgerAccount = { requests, unsent, unreportedAtMost: run.unreportedAtMost };
    const wrong = checkIdentity(witness, ledger, { lost: 0, dup: 0, phantom: 0 });
    if (wrong.length > 0) throw new Error(`${wrong.join('\n')}\n${this.logs()}`);
    return balance(witness, ledger).seen;
  }

  async call<T>(place: number, method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${this.master(place).url}${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  logs(): string {
    return this.apps.map((app) => `--- ${app.name} ${app.pid}\n${app.log().slice(-6_000)}`).join('\n');
  }

  async close(): Promise<void> {
    await this.pacer?.end();
    const alive = this.apps.filter(({ process }) => process.exitCode === null && process.signalCode === null);
    await Promise.all(alive.map((app) => app.end('SIGKILL')));
    await this.redis?.close();
    await this.postgres?.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async startWorker(k: number): Promise<void> {
    await this.start(
      'worker',
      {
        LOADSTAR_MASTER_URL: this.masters.map(({ url }) => url).join(','),
        LOADSTAR_JOIN_TOKEN: joinToken,
        LOADSTAR_WORKER_NAME: `w${k}`,
        LOADSTAR_WORKER_PORT: '0',
        LOADSTAR_WORKER_DATA_DIR: join(this.folder, `w${k}`),
        LOADSTAR_ENGINES: '1',
      },
      `w${k}`,
    );
  }

  private async start(app: 'master' | 'worker' | 'target', env: Record<string, string>, name: string = app) {
    const handle = await startApp(app, env, name);
    this.apps.push(handle);
    return handle;
  }
}

/** Opens a pair, hands it to the test and closes it, however the test ends. */
export async function masterPair(name: string, workers: number, test: (pair: MasterPair) => Promise<void>) {
  const pair = await MasterPair.open(name, workers);
  try {
    await test(pair);
    if (pair.logs().includes('nobody looked')) throw new Error(pair.logs());
  } finally {
    await pair.close();
  }
}
