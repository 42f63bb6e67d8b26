/**
 * A worker for tests of the master: speaks the control channel over any wire, keeps exact account of what it says it
 * did, and does as its script says. It makes no request; every user makes one a second by arithmetic.
 */
import {
  type ControlChannel,
  type HeldRun,
  type MemoryClient,
  protocolVersion,
  type WorkState,
} from '@loadstar/protocol';
import {
  type Clock,
  type LoadChange,
  LoadstarError,
  type RunPlan,
  type Share,
  type ScenarioDescription,
  shareOf,
  type TimerHandle,
  toWireError,
} from '@loadstar/shared';
import { encodeSnapshot, RunStats, type SnapshotHeader } from '@loadstar/stats';

export interface Script {
  labels?: Record<string, string>;
  /** What the scenario declares, for every scenario alike. */
  description?: ScenarioDescription;
  /** Called at `inspect`, which is answered after it. */
  inspect?: () => Promise<void>;
  /** Called at `prepare`; may refuse by an error or never answer. */
  prepare?: () => Promise<ScenarioDescription>;
  setup?: () => Promise<unknown>;
  start?: () => Promise<void>;
  teardown?: () => Promise<void>;
}

interface Work {
  plan: RunPlan;
  share: Share | undefined;
  /** Own monotonic moment of run time 0; all tests share one clock. */
  startAtMs: number;
  joinedAtMs: number;
  data: unknown;
  changes: LoadChange[];
  stats: RunStats;
  state: 'prepared' | 'running' | 'stopping' | 'done';
  timer: TimerHandle | undefined;
}

export const describedShop: ScenarioDescription = {
  userClasses: [{ name: 'Shopper', weight: 1, fixedCount: 0, tasks: [{ name: 'list', ratio: 1, tasks: [] }] }],
  shapes: [],
  host: undefined,
  thresholds: {},
};

export class ScriptedWorker {
  /** Names of all commands that came, in order. */
  readonly commands: string[] = [];
  /** The same, with what they say. */
  readonly orders: { readonly name: string; readonly payload: unknown }[] = [];
  /** Requests that it made, by run, also those that it never told. */
  readonly made = new Map<string, number>();
  work: Work | undefined;
  inspected = 0;
  /** Called with the time that every stop leaves. */
  onStop: (graceMs: number) => void = () => {};
  private channel: ControlChannel | undefined;
  private readonly beats: TimerHandle[] = [];
  private readonly bundles = new Map<string, number>();
  private seq = 0;
  private said: { bytes: Uint8Array; seq: number } | undefined;

  constructor(
    readonly name: string,
    readonly incarnation: string,
    private readonly client: MemoryClient,
    private readonly clock: Clock,
    private readonly token: string,
    private readonly script: Script = {},
  ) {}

  get id(): string {
    return `${this.name}_${this.incarnation}`;
  }

  /** Users that it has now: its share of the users in force, at once. */
  get users(): number {
    const { work } = this;
    if (!work?.share || work.state !== 'running' || this.elapsedMs(work) < 0) return 0;
    return shareOf(this.planned(work), work.share);
  }

  async connect(): Promise<void> {
    const { work } = this;
    const run: HeldRun | undefined =
      work && work.state !== 'done'
        ? {
            runId: work.plan.runId,
            state: work.state,
            share: work.share,
            elapsedMs: Math.max(0, this.elapsedMs(work)),
          }
        : undefined;
    this.channel = await this.client.connect({
      token: this.token,
      protocol: protocolVersion,
      version: '0.1.0',
      worker: this.name,
      incarnation: this.incarnation,
      key: `key0123456789${this.incarnation}`,
      engines: 1,
      labels: this.script.labels ?? {},
      wallMs: this.clock.wallMs(),
      ...(run ? { run } : {}),
    });
    this.channel.receive((name, payload, reply) => {
      this.commands.push(name);
      this.orders.push({ name, payload });
      this.obey(name, payload as never).then(
        (answer) => reply(answer),
        (error: unknown) => reply({ problem: toWireError(error) }),
      );
    });
    this.beats.push(this.clock.setInterval(() => this.beat(), 1_000));
  }

  /** Dies without a word, as by `kill -9`: the connection breaks at once. */
  kill(): void {
    for (const timer of this.beats) timer.cancel();
    this.work?.timer?.cancel();
    this.work = undefined;
    if (this.channel) this.client.sever(this.channel);
  }

  /** Loses the connection, and goes on with what it does. */
  cut(): void {
    for (const timer of this.beats.splice(0)) timer.cancel();
    this.channel?.close();
  }

  /** Ends as on SIGTERM: gives up its share, tells its last numbers, says goodbye. */
  async leave(): Promise<void> {
    this.report('draining');
    this.end('drained');
    await this.say('bye', { reason: 'SIGTERM' });
    this.kill();
  }

  /** Sends a snapshot, by default a new one; an old one can be sent again. */
  snapshot(bytes = this.encode(false), seq = this.seq): Promise<unknown> {
    this.said = { bytes, seq };
    return this.say('snapshot', { seq, part: 0, parts: 1, bytes });
  }

  /** Sends what it sent last once more, as one does who got no answer. */
  sayAgain(): Promise<unknown> {
    const { bytes, seq } = this.said ?? this.nextSnapshot();
    return this.snapshot(bytes, seq);
  }

  /** Says its last word again, after its part of the run has ended. */
  lastWord(): Promise<unknown> {
    return this.snapshot(this.encode(true, 'the run time is over'));
  }

  /** The bytes of a new snapshot and its number, unsent. */
  nextSnapshot(): { bytes: Uint8Array; seq: number } {
    return { bytes: this.encode(false), seq: this.seq };
  }

  private async obey(name: string, payload: never): Promise<object> {
    switch (name) {
      case 'welcome':
        return {};
      case 'prepare':
        return this.prepare((payload as { plan: RunPlan }).plan);
      case 'inspect':
        this.inspected++;
        if (!this.has((payload as { bundleHash: string }).bundleHash)) return { needs: 'bundle' };
        await this.script.inspect?.();
        return { ok: true, description: this.script.description ?? describedShop };
      case 'bundle': {
        const { hash, parts } = payload as { hash: string; parts: number };
        this.bundles.set(hash, (this.bundles.get(hash) ?? 0) + 1 / parts);
        return { ok: true };
      }
      case 'setup': {
        const data = await this.script.setup?.();
        return data === undefined ? { ok: true } : { ok: true, data: JSON.stringify(data) };
      }
      case 'teardown':
        await this.script.teardown?.();
        return { ok: true };
      case 'start':
        await this.script.start?.();
        return this.start(payload);
      case 'adjust':
        return this.adjust(payload);
      case 'stop':
        return this.stop(payload);
      default:
        throw new LoadstarError('MALFORMED_MESSAGE', { message: name, detail: 'unknown' });
    }
  }

  private has(hash: string): boolean {
    return (this.bundles.get(hash) ?? 0) >= 0.999;
  }

  private async prepare(plan: RunPlan): Promise<object> {
    if (!this.has(plan.bundleHash)) return { needs: 'bundle' };
    if (this.work && this.work.state !== 'done' && this.work.plan.runId !== plan.runId) {
      throw new LoadstarError('WORKER_BUSY', { worker: this.id, state: this.work.state });
    }
    const description = await (this.script.prepare?.() ?? Promise.resolve(this.script.description ?? describedShop));
    this.work = {
      plan,
      share: undefined,
      startAtMs: 0,
      joinedAtMs: 0,
      data: undefined,
      changes: [],
      stats: new RunStats(),
      state: 'prepared',
      timer: undefined,
    };
    this.report('prepared');
    return { ok: true, description };
  }

  private start(order: {
    runId: string;
    share: Share;
    startAtMasterMs: number;
    elapsedMs: number;
    changes: LoadChange[];
    data?: string;
  }): object {
    const { work } = this;
    if (!work || work.plan.runId !== order.runId) throw new LoadstarError('INTERNAL');
    if (work.state !== 'prepared') return { ok: true };
    work.state = 'running';
    work.share = order.share;
    work.startAtMs = order.startAtMasterMs - order.elapsedMs;
    work.joinedAtMs = order.elapsedMs;
    work.changes = [...order.changes];
    work.data = order.data === undefined ? undefined : JSON.parse(order.data);
    work.timer = this.clock.setTimeout(() => {
      if (this.work !== work || work.state !== 'running') return;
      work.timer = this.clock.setInterval(() => this.second(), 1_000);
    }, order.startAtMasterMs - this.clock.nowMs());
    this.report('running');
    return { ok: true };
  }

  private adjust({ share, load }: { share?: Share; load?: LoadChange }): object {
    const { work } = this;
    if (!work || work.state !== 'running') throw new LoadstarError('INTERNAL');
    if (share) work.share = share;
    if (load && !work.changes.some(({ atMs }) => atMs === load.atMs)) work.changes.push(load);
    return { ok: true };
  }

  private stop({ runId, reason, graceMs }: { runId: string; reason: string; graceMs: number }): object {
    this.onStop(graceMs);
    if (this.work?.plan.runId === runId) {
      if (this.work.state === 'running') this.clock.setTimeout(() => this.end(reason), 100);
      else this.work = undefined;
      if (!this.work) this.report('idle');
    }
    return { ok: true };
  }

  private second(): void {
    const { work } = this;
    if (!work || work.state !== 'running') return;
    const { userClass, method, name } = { userClass: 'Shopper', method: 'GET', name: '/users' };
    const series = work.stats.series({ userClass, method, name });
    for (let user = 0; user < this.users; user++) {
      series.start();
      series.finish('ok', 5_000, 5_000, 100, this.elapsedMs(work));
      this.made.set(work.plan.runId, (this.made.get(work.plan.runId) ?? 0) + 1);
    }
    const endMs = [...work.changes].reduce(
      (end, change) => (change.runTimeMs === undefined ? end : change.atMs + change.runTimeMs),
      work.plan.load.runTimeMs,
    );
    if (endMs !== undefined && this.elapsedMs(work) >= endMs) this.end('the run time is over');
    else void this.snapshot().catch(() => {});
  }

  /** Ends its part of the run by itself, with its final numbers. */
  end(reason: string): void {
    const { work } = this;
    if (!work || work.state !== 'running') return;
    work.state = 'done';
    work.timer?.cancel();
    void this.snapshot(this.encode(true, reason)).catch(() => {});
    this.report('idle');
  }

  private encode(final: boolean, reason?: string): Uint8Array {
    const { work } = this;
    if (!work) throw new Error('no run');
    const header: SnapshotHeader = {
      runId: work.plan.runId,
      worker: this.name,
      incarnation: this.incarnation,
      seq: ++this.seq,
      elapsedMs: Math.max(0, this.elapsedMs(work)),
      phase: final ? 'done' : 'running',
      final,
      reason,
      users: this.users,
      targetUsers: this.users,
      spawnRate: 1,
      usersByClass: { Shopper: this.users },
      health: {
        cpuPercent: 1,
        rssBytes: 1,
        loopLagMs: 1,
        loopUtilisation: 0.1,
        errorBoundMs: 0,
        scheduleLagMs: 0,
        engines: 1,
      },
    };
    return encodeSnapshot(header, work.stats);
  }

  private planned(work: Work): number {
    const { load } = work.plan;
    const elapsed = this.elapsedMs(work);
    const change = work.changes.findLast(({ atMs }) => atMs <= elapsed);
    return change?.users ?? (load.kind === 'users' ? load.users : 0);
  }

  private elapsedMs(work: Work): number {
    return work.startAtMs === 0 ? 0 : this.clock.nowMs() - work.startAtMs;
  }

  /** Says that one of its engine processes is gone; it goes on. */
  loseEngine(): Promise<unknown> {
    const problem = toWireError(new LoadstarError('ENGINE_DIED', { detail: 'signal SIGKILL' }));
    return this.say('state', { state: 'running', runId: this.work?.plan.runId, reason: 'an engine ended', problem });
  }

  private report(state: WorkState): void {
    const runId = this.work?.plan.runId;
    void this.say('state', { state, ...(runId === undefined ? {} : { runId }) }).catch(() => {});
  }

  private beat(): void {
    const health = { cpuPercent: 1, rssBytes: 1, loopLagMs: 1, engines: 1, users: this.users };
    void this.say('beat', { monotonicMs: this.clock.nowMs(), wallMs: this.clock.wallMs(), health }).catch(() => {});
  }

  private async say(name: string, payload: unknown): Promise<unknown> {
    return this.channel?.request(name, payload, 5_000);
  }
}
