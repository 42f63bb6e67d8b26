/** A whole control plane in memory and in virtual time, with scripted workers: what the tests of runs play on. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { MemoryNetwork } from '@loadstar/protocol';
import { type CreateRunBody, type RunView, silentLogger, VirtualClock } from '@loadstar/shared';
import type { MasterConfig } from '../config/master-config.js';
import { MasterCore, type MasterCoreOptions } from '../master-core.js';
import { MemoryStore } from '../store/memory-store.js';
import type { Store } from '../store/store.js';
import { MortalStore } from './mortal-store.js';
import { type Script, ScriptedWorker } from './scripted-worker.js';

const joinToken = 'token-of-the-tests';

/** Whether the system has been asked for something of a file and has not answered yet. */
const isAtFiles = (): boolean => process.getActiveResourcesInfo().includes('FSReqPromise');

export class Scene {
  readonly clock = new VirtualClock(1_000);
  readonly network = new MemoryNetwork(this.clock);
  readonly folder = mkdtempSync(join(tmpdir(), 'loadstar-core-'));
  readonly workers: ScriptedWorker[] = [];
  /** What outlives a master. */
  readonly kept: Store = new MemoryStore();
  private master: { core: MasterCore; access: MortalStore };

  private constructor(
    private readonly options: Partial<MasterCoreOptions>,
    private readonly settings: Partial<MasterConfig>,
  ) {
    this.master = this.newMaster();
  }

  get core(): MasterCore {
    return this.master.core;
  }

  /** The store as the master of now sees it. */
  get access(): MortalStore {
    return this.master.access;
  }

  private newMaster(): { core: MasterCore; access: MortalStore } {
    const access = new MortalStore(this.kept);
    const core = new MasterCore({
      config: this.config(),
      logger: silentLogger,
      clock: this.clock,
      // At once: `isAtFiles` does not see every step of reading a file.
      bundle: (file) => {
        const code = readFileSync(file, 'utf8');
        return Promise.resolve({ name: basename(file), hash: createHash('sha256').update(code).digest('hex'), code });
      },
      store: access.store,
      ...this.options,
    });
    return { core, access };
  }

  /** Kills the master: from here on it cannot say or write a word, and its workers have lost it. */
  killMaster(): void {
    this.access.condition = 'dead';
    this.network.behaviour.refuses = true;
    for (const worker of this.workers) worker.cut();
    this.network.reset();
  }

  /** Starts another master on what the last one has left. Workers come to it by `connect`. */
  async startMaster(): Promise<void> {
    this.network.behaviour.refuses = false;
    this.master = this.newMaster();
    await this.play(this.core.attachWorkers(this.network.server()));
  }

  /** @param settings that differ from the usual ones of a test */
  static async open(options: Partial<MasterCoreOptions> = {}, settings: Partial<MasterConfig> = {}): Promise<Scene> {
    const scene = new Scene(options, settings);
    scene.write('shop.ts', 'export class Shopper {}');
    await scene.play(scene.core.attachWorkers(scene.network.server()));
    return scene;
  }

  async close(): Promise<void> {
    for (const worker of this.workers) worker.kill();
    await this.core.close();
    rmSync(this.folder, { recursive: true });
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  /** Lets virtual time pass until the work is done, and gives its result or error. */
  async play<T>(work: Promise<T>): Promise<T> {
    let settled = false;
    work
      .catch(() => {})
      .finally(() => {
        settled = true;
      });
    for (let step = 0; !settled && step < 20_000; step++) {
      // Real turns let file access finish before virtual time moves on, also on a machine that is slow with it.
      for (let turn = 0; turn < 20 && !settled; turn = isAtFiles() ? 0 : turn + 1) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (!settled) await this.clock.advance(5);
    }
    return work;
  }

  async worker(name: string, script: Script = {}): Promise<ScriptedWorker> {
    const incarnation = `inc${String(this.workers.length).padStart(5, '0')}`;
    const worker = new ScriptedWorker(name, incarnation, this.network.client(), this.clock, joinToken, script);
    this.workers.push(worker);
    await this.play(worker.connect());
    await this.clock.advance(100);
    return worker;
  }

  create(request: CreateRunBody = {}): Promise<RunView> {
    return this.play(this.core.runs.create({ users: 21, spawnRate: 21, ...request }));
  }

  /** Lets seconds of virtual time pass. */
  async seconds(count: number): Promise<void> {
    await this.clock.advance(count * 1_000);
  }

  get state(): string | undefined {
    return this.core.runs.current()?.state;
  }

  /** Requests that all workers together made in a run. */
  made(runId: string): number {
    return this.workers.reduce((sum, worker) => sum + (worker.made.get(runId) ?? 0), 0);
  }

  private config(): MasterConfig {
    return {
      port: 0,
      bind: '127.0.0.1',
      joinToken,
      joinTokenGenerated: false,
      scenariosDir: this.folder,
      defaultScenario: 'shop.ts',
      defaultHost: 'http://127.0.0.1:5001',
      defaultUsers: 10,
      defaultSpawnRate: 2,
      defaultRunTimeSeconds: undefined,
      maxUsers: 1_000,
      maxRate: 100,
      allowedTargets: [],
      stopTimeoutMs: undefined,
      identify: false,
      traceSampling: undefined,
      dataDir: this.folder,
      logLevel: 'silent',
      auth: { mode: 'open', tokens: [], generated: false, allowedHosts: [] },
      ...this.settings,
    };
  }
}
