import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CreateRunBody, newId, type RunView, SeededRandom, type WorkerView } from '@loadstar/shared';
import { type AppHandle, startApp } from '../apps.js';
import { eventually, pause } from '../eventually.js';
import { Faults } from './faults.js';
import { balance, checkIdentity, type IdentityClaim, type LedgerAccount, type WitnessAccount } from './identity.js';
import { Pacer } from './pacer.js';
import { TcpProxy } from './tcp-proxy.js';

/**
 * A platform of real processes on loopback whose wires can be damaged: every worker reaches the master through a proxy
 * of its own, and the target, which keeps its own account, through one that all share. A fault test is: scene, load,
 * fault at t, expectIdentity.
 */
export interface SceneOptions {
  /** Name of the test; its random choices follow from it and from FAULT_SEED. */
  readonly name: string;
  readonly workers: number;
  readonly master?: Record<string, string>;
  readonly worker?: Record<string, string>;
  readonly target?: Record<string, string>;
  /** Access token of the API, where the master asks for one. */
  readonly token?: string;
}

export interface SceneWorker {
  readonly app: AppHandle;
  /** The way to the master. */
  readonly wire: TcpProxy;
  /** As the master knows it: `NAME_INCARNATION`. */
  readonly id: string;
  /** Own folder, which a restarted worker of the same name finds again. */
  readonly dataDir: string;
}

/** Rate of one user of the scenario `steady.ts`, requests per second. */
export const ratePerUser = 10;

/** No claim about how fast: a machine that stands still may take as long. */
const refusedWithinMs = 15_000;
/** Silence after which a worker is given up, milliseconds. */
const lostMs = 10_000;
const joinToken = 'fault-test-token';
const scenarios = join(__dirname, '../../fault/scenarios');

export class Scene {
  readonly faults = new Faults();
  readonly workers: SceneWorker[] = [];
  readonly random: SeededRandom;
  readonly joinToken = joinToken;
  master!: AppHandle;
  target!: AppHandle;
  /** The way from every worker to the target. */
  targetWire!: TcpProxy;
  readonly folder = mkdtempSync(join(tmpdir(), 'loadstar-fault-'));
  private readonly wires: TcpProxy[] = [];
  private readonly apps: AppHandle[] = [];
  private readonly seed: string;
  private startedAtMs = 0;
  private startedWallMs = 0;
  private pacer: Pacer | undefined;

  private constructor(private readonly options: SceneOptions) {
    this.seed = `${options.name}/${process.env['FAULT_SEED'] ?? newId(6)}`;
    this.random = new SeededRandom(this.seed);
    process.stdout.write(`fault test ${options.name}: FAULT_SEED=${this.seed.split('/')[1]}\n`);
  }

  static async open(options: SceneOptions): Promise<Scene> {
    const scene = new Scene(options);
    try {
      scene.target = await scene.start('target', {
        TARGET_PORT: '0',
        TARGET_LOG_REQUESTS: '0',
        TARGET_WITNESS: '1',
        TARGET_WELCOME_DELAY_MS: '50',
        ...options.target,
      });
      scene.targetWire = await scene.wire(scene.target.url, 'target');
      await scene.startMaster();
      await Promise.all(Array.from({ length: options.workers }, () => scene.addWorker()));
      await scene.expectUsable(options.workers);
    } catch (error) {
      await scene.close();
      throw error;
    }
    return scene;
  }

  /** Starts the master, also a second time on the same data; the wires lead to it from then on. */
  async startMaster(env: Record<string, string> = {}): Promise<void> {
    this.master = await this.start('master', {
      LOADSTAR_PORT: '0',
      LOADSTAR_JOIN_TOKEN: joinToken,
      LOADSTAR_DATA_DIR: join(this.folder, 'master'),
      LOADSTAR_SCENARIOS_DIR: scenarios,
      LOADSTAR_SCENARIO: 'steady.ts',
      LOADSTAR_IDENTIFY: '1',
      LOCUST_HOST: this.targetWire.url,
      ...this.options.master,
      ...env,
    });
    for (const { wire } of this.workers) wire?.leadTo(this.master.url);
  }

  /** @param name another worker's name, to stand in for its restart: it gets the same folder */
  async addWorker(env: Record<string, string> = {}, name = `w${this.workers.length + 1}`): Promise<SceneWorker> {
    const dataDir = join(this.folder, name);
    const place = this.workers.length;
    // Its place is taken before anything is waited for, because workers are added side by side.
    this.workers.push({ dataDir } as SceneWorker);
    const wire = await this.wire(this.master.url, name);
    const app = await this.start(
      'worker',
      {
        LOADSTAR_MASTER_URL: wire.url,
        LOADSTAR_JOIN_TOKEN: joinToken,
        LOADSTAR_WORKER_NAME: name,
        LOADSTAR_WORKER_PORT: '0',
        LOADSTAR_WORKER_DATA_DIR: dataDir,
        LOADSTAR_ENGINES: '1',
        ...this.options.worker,
        ...env,
      },
      name,
    );
    // The line may come a moment after the message that it is ready.
    const id = await eventually(() => {
      const found = /"worker":"([^"]+_[a-z0-9]+)"/.exec(app.log())?.[1];
      if (found === undefined) throw new Error(`worker ${name} has not said its id:\n${app.log()}`);
      return found;
    });
    return (this.workers[place] = { app, wire, id, dataDir });
  }

  worker(index: number): SceneWorker {
    const worker = this.workers[index];
    if (!worker) throw new Error(`there is no worker ${index}`);
    return worker;
  }

  /** Starts a run at the steady rate; `at` counts from now on. */
  async load(request: Partial<CreateRunBody>): Promise<RunView> {
    const run = await this.post<RunView>('/api/v1/runs', this.request(request));
    this.count();
    return run;
  }

  /** The body of a run at the steady rate. */
  request(request: Partial<CreateRunBody>): CreateRunBody {
    return {
      scenario: 'steady.ts',
      host: this.targetWire.url,
      spawnRate: 1_000,
      seed: this.seed.slice(0, 100),
      ...request,
    };
  }

  /** Waits until a run has begun; `at` counts from now on. */
  async underLoad(runId: string): Promise<void> {
    await eventually(async () => {
      const { state } = await this.get<RunView>(`/api/v1/runs/${runId}`);
      if (state !== 'running' && state !== 'spawning') throw new Error(`run ${runId} is ${state}`);
    });
    this.count();
  }

  /** Asks for what has to be refused. @throws Error when it is not */
  async refusal(path: string, body: object): Promise<{ status: number; code: string }> {
    const response = await fetch(`${this.master.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      // Whoever cannot be served is told so, and does not wait.
      signal: AbortSignal.timeout(refusedWithinMs),
    });
    const { code } = (await response.json()) as { code?: string };
    if (response.ok || code === undefined) throw new Error(`${path} was not refused by a code: ${response.status}`);
    return { status: response.status, code };
  }

  /** Waits for a moment of the run, seconds after its start. */
  async at(seconds: number): Promise<void> {
    await pause(Math.max(0, this.startedAtMs + seconds * 1000 - performance.now()));
  }

  get elapsedMs(): number {
    return performance.now() - this.startedAtMs;
  }

  /** From now on a user beside the tested ones shows what the machine lets users do. */
  pace(): void {
    this.pacer ??= new Pacer(this.targetWire.url);
  }

  /** Part of its plan that a user beside the tested ones has kept between two moments, milliseconds after the start. */
  kept(fromMs: number, toMs: number): number {
    return this.pacer?.kept(this.startedAtMs + fromMs, this.startedAtMs + toMs) ?? 1;
  }

  /** Longest wait of that user in each whole second between two Unix seconds, milliseconds. */
  pacedWorst(from: number, to: number): number[] {
    return this.pacer?.worstOfSeconds(from, to) ?? [];
  }

  /** Longest time for which the machine held up the user beside the tested ones, milliseconds; 0 where there is none. */
  get heldUpMs(): number {
    return this.pacer?.longestGapMs ?? 0;
  }

  /** A moment drawn from the seed, seconds: what holds at one moment only is luck. */
  draw(fromSeconds: number, toSeconds: number): number {
    return this.random.between(fromSeconds, toSeconds);
  }

  async stop(runId: string): Promise<RunView> {
    await this.post(`/api/v1/runs/${runId}/stop`, undefined);
    return this.ended(runId);
  }

  ended(runId: string, limitMs = 45_000): Promise<RunView> {
    return eventually(async () => {
      const run = await this.get<RunView>(`/api/v1/runs/${runId}`);
      if (!['finished', 'failed', 'aborted'].includes(run.state)) throw new Error(`run ${runId} is ${run.state}`);
      return run;
    }, limitMs);
  }

  workersSeen(): Promise<WorkerView[]> {
    return this.get('/api/v1/workers');
  }

  async stateOf(workerId: string): Promise<string> {
    return (await this.workersSeen()).find(({ id }) => id === workerId)?.state ?? 'unknown';
  }

  expectState(workerId: string, states: readonly string[], limitMs: number): Promise<string> {
    return eventually(async () => {
      const state = await this.stateOf(workerId);
      if (!states.includes(state)) throw new Error(`worker ${workerId} is ${state}, not ${states.join(' or ')}`);
      return state;
    }, limitMs);
  }

  /** Waits until a worker is given up: by the master's own clock ten seconds after it was heard last, and not much later. */
  async expectLost(workerId: string): Promise<void> {
    let mostSilentMs = 0;
    await eventually(async () => {
      const worker = (await this.workersSeen()).find(({ id }) => id === workerId);
      if (!worker) throw new Error(`the master does not know ${workerId}`);
      if (worker.state === 'lost') {
        expect(worker.lastSeenMs).toBeGreaterThanOrEqual(lostMs);
        return;
      }
      mostSilentMs = Math.max(mostSilentMs, worker.lastSeenMs);
      throw new Error(`worker ${workerId} is ${worker.state}`);
    }, 30_000);
    expect(mostSilentMs).toBeLessThan(lostMs + 1_000 + this.heldUpMs);
  }

  expectUsable(count: number, limitMs?: number): Promise<void> {
    return eventually(async () => {
      const seen = (await this.workersSeen()).filter(({ state }) => state === 'ready');
      if (seen.length !== count) throw new Error(`the master counts ${seen.length} free workers, not ${count}`);
    }, limitMs);
  }

  async witness(runId: string): Promise<WitnessAccount> {
    const response = await fetch(`${this.target.url}/witness/${runId}`);
    const account = (await response.json()) as WitnessAccount & { readonly first_seen: string };
    // One machine, one clock.
    return { ...account, firstMs: Date.parse(account.first_seen) - this.startedWallMs };
  }

  /** The run's numbers, read as a user would. */
  async ledger(runId: string): Promise<LedgerAccount> {
    const [run, summary] = await Promise.all([
      this.get<RunView>(`/api/v1/runs/${runId}`),
      this.get<{ total: { requests: number; outcomes: Record<string, number> } }>(`/api/v1/runs/${runId}/summary`),
    ]);
    const { requests, outcomes } = summary.total;
    const unsent = (outcomes['connect'] ?? 0) + (outcomes['blocked'] ?? 0);
    return { requests, unsent, unreportedAtMost: run.unreportedAtMost };
  }

  /** Compares the two accounts of a run. Both are left in a folder when they differ by more than is claimed. */
  async expectIdentity(runId: string, claim: IdentityClaim): Promise<void> {
    const [witness, ledger] = await Promise.all([this.witness(runId), this.ledger(runId)]);
    const { seen, counted, lost, phantom, dup } = balance(witness, ledger);
    process.stdout.write(
      `  ${this.options.name}: arrived ${seen}, counted ${counted}, lost ${lost}, phantom ${phantom}, twice ${dup}\n`,
    );
    const wrong = checkIdentity(witness, ledger, claim);
    if (wrong.length === 0) return;
    const folder = mkdtempSync(join(tmpdir(), 'loadstar-fault-failed-'));
    writeFileSync(join(folder, 'accounts.json'), JSON.stringify({ seed: this.seed, witness, ledger, claim }, null, 2));
    throw new Error(`${wrong.join('\n')}\naccounts: ${folder} (seed ${this.seed})`);
  }

  /** Leaves what every process has said in a folder. @returns the folder */
  keepLogs(): string {
    const folder = mkdtempSync(join(tmpdir(), 'loadstar-fault-failed-'));
    for (const app of this.apps) writeFileSync(join(folder, `${app.name}-${app.pid}.log`), app.log());
    return folder;
  }

  async get<T>(path: string): Promise<T> {
    return this.answer<T>(path, await fetch(`${this.master.url}${path}`, { headers: this.access }));
  }

  async post<T>(path: string, body: object | undefined): Promise<T> {
    const response = await fetch(`${this.master.url}${path}`, {
      method: 'POST',
      headers: { ...this.access, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return this.answer<T>(path, response);
  }

  /** What every process has logged about promises that nobody looked at, which is always a bug. */
  unhandled(): string[] {
    return this.apps.flatMap((app) =>
      app
        .log()
        .split('\n')
        .filter((line) => line.includes('nobody looked'))
        .map((line) => `${app.name}: ${line}`),
    );
  }

  async close(): Promise<void> {
    await this.faults.undoAll();
    await this.pacer?.end();
    const alive = this.apps.filter(({ process }) => process.exitCode === null && process.signalCode === null);
    // Nothing is proved by how a scene ends, so nobody waits for a drain.
    await Promise.all(alive.map((app) => app.end('SIGKILL')));
    await Promise.all(this.wires.map((wire) => wire.close()));
    rmSync(this.folder, { recursive: true, force: true });
  }

  private count(): void {
    this.startedAtMs = performance.now();
    this.startedWallMs = Date.now();
  }

  private get access(): Record<string, string> {
    const { token } = this.options;
    return token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  private async start(app: 'master' | 'worker' | 'target', env: Record<string, string>, name: string = app) {
    mkdirSync(join(this.folder, name), { recursive: true });
    const handle = await startApp(app, env, name);
    this.apps.push(handle);
    return handle;
  }

  private async wire(url: string, name: string): Promise<TcpProxy> {
    const wire = await new TcpProxy(new URL(url), `${this.seed}/${name}`).listen();
    this.wires.push(wire);
    return wire;
  }

  private async answer<T>(path: string, response: Response): Promise<T> {
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}

/** A run lacks something: it is degraded, or worse where the machine did not let its generators do what was planned. */
export function expectDegraded({ verdict, verdictReasons }: RunView): void {
  const isOverloaded = verdictReasons.some((reason) => reason.includes(' was overloaded: '));
  expect(isOverloaded ? ['degraded', 'invalid'] : ['degraded']).toContain(verdict);
}

/** Opens a scene, hands it to the test and closes it, faults undone, however the test ends. */
export async function scene(options: SceneOptions, test: (scene: Scene) => Promise<void>): Promise<void> {
  const opened = await Scene.open(options);
  try {
    await test(opened);
    const unhandled = opened.unhandled();
    if (unhandled.length > 0) throw new Error(unhandled.join('\n'));
  } catch (error) {
    process.stdout.write(`  ${options.name} failed; what its processes said: ${opened.keepLogs()}\n`);
    throw error;
  } finally {
    await opened.close();
  }
}
