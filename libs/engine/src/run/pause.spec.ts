import { constant, defineParameters, HttpUser, ProtocolUser, TaskSet } from '@loadstar/scenario';
import { type LoadChange, readScenarios } from '@loadstar/shared';
import { planOf, usersLoad, VirtualRun } from './testing/virtual-run.js';

class Reader extends HttpUser {
  static override tasks = { list: 3, home: 1 };
  override waitTime = constant(1);

  async list(): Promise<void> {
    await this.http.get('/users');
  }

  async home(): Promise<void> {
    await this.http.get('/');
  }
}

const pause = (atMs: number, paused: boolean, users = 20): LoadChange => ({
  atMs,
  users,
  spawnRate: 10,
  runTimeMs: undefined,
  userClasses: undefined,
  classWeights: undefined,
  paused,
});

function say(run: VirtualRun, atMs: number, paused: boolean): void {
  run.engine.adjust({ atMs, load: pause(atMs, paused) });
}

describe('a pause', () => {
  it('lets users stand still, begins nobody, and each goes on with the rest of its wait', async () => {
    const run = new VirtualRun({ Reader }, planOf(usersLoad(20, 10, 60_000)));
    await run.seconds(1);
    say(run, 1_000, true);
    await run.seconds(0.2);
    const { users } = run.last;
    const sent = run.http.exchanges.length;
    const { started } = run.stats.iterations;
    await run.seconds(10);
    expect(run.http.exchanges).toHaveLength(sent);
    expect(run.stats.iterations.started).toBe(started);
    expect(run.last.users).toBeLessThanOrEqual(users + 1);
    expect(run.last.users).toBeGreaterThan(0);

    say(run, 11_200, false);
    await run.seconds(0.8);
    const moments = run.http.exchanges.slice(sent).map(({ atMs }) => Math.round(atMs));
    expect(new Set(moments).size).toBeGreaterThan(3);
    // Those who are missing come at the spawn rate.
    expect(run.last.users).toBeLessThan(20);
    await run.seconds(3);
    expect(run.last.users).toBe(20);
  });

  it('does not keep a run from its end, and what was under way may end', async () => {
    const run = new VirtualRun({ Reader }, planOf(usersLoad(20, 20, 30_000)));
    run.http.latencyMs = 300;
    await run.seconds(5);
    say(run, 5_000, true);
    await run.seconds(40);
    expect(run.last).toMatchObject({ final: true, reason: 'run time reached', users: 0 });
    const { started, finished, interrupted } = run.stats.iterations;
    expect([finished, interrupted]).toEqual([started, 0]);
  });

  it('holds for a newcomer until it is over', async () => {
    const changes = [pause(1_000, true, 10)];
    const run = new VirtualRun({ Reader }, planOf(usersLoad(10, 10)), { elapsedMs: 5_000, changes });
    await run.seconds(5);
    expect(run.http.exchanges).toEqual([]);
    expect(run.last.users).toBe(0);
    run.engine.adjust({ atMs: 10_000, load: pause(10_000, false, 10) });
    await run.seconds(2);
    expect(run.last.users).toBe(10);
  });

  it('skips the arrivals that fall into it, which is not the same as dropping them', async () => {
    const { scenarios } = readScenarios({
      steady: { executor: 'constant-arrival-rate', rate: 10, duration: '10s', preAllocatedVUs: 5, maxVUs: 5 },
    });
    const run = new VirtualRun({ Reader }, planOf({ kind: 'scenarios', scenarios, runTimeMs: undefined }));
    await run.seconds(2);
    say(run, 2_000, true);
    await run.seconds(4);
    say(run, 6_000, false);
    await run.seconds(10);
    expect(run.last.final).toBe(true);
    expect(run.stats.droppedArrivals).toBe(0);
    expect(Math.abs(run.http.exchanges.length - 60)).toBeLessThanOrEqual(2);
  });

  it('begins a scenario with its iterations only when it is over, and then does all of them', async () => {
    const { scenarios } = readScenarios({
      counted: { executor: 'shared-iterations', vus: 2, iterations: 6, maxDuration: '5m', startTime: '1s' },
    });
    const run = new VirtualRun({ Reader }, planOf({ kind: 'scenarios', scenarios, runTimeMs: undefined }));
    say(run, 0, true);
    await run.seconds(10);
    expect(run.http.exchanges).toEqual([]);
    say(run, 10_000, false);
    await run.seconds(10);
    expect(run.last.final).toBe(true);
    expect(run.stats.iterations.finished).toBe(6);
  });
});

describe('a user of another protocol', () => {
  class Steps extends ProtocolUser {
    static override tasks = { talk: 1 };

    async talk(): Promise<void> {
      for (let step = 0; step < 1_000; step++) await this.measure('step', () => this.context.sleep(0.1));
    }
  }

  it('stands still in the middle of an iteration too, and the pause is in no response time', async () => {
    const run = new VirtualRun({ Steps }, planOf(usersLoad(1, 1)));
    const count = (): number => [...run.stats.allSeries()].reduce((sum, { requests }) => sum + requests, 0);
    await run.seconds(2);
    say(run, 2_000, true);
    await run.seconds(0.5);
    const before = count();
    expect(before).toBeGreaterThan(10);
    await run.seconds(20);
    expect(count()).toBe(before);
    say(run, 22_500, false);
    await run.seconds(1);
    expect(count()).toBeGreaterThan(before + 5);
  });
});

describe('parameters of a scenario', () => {
  const parameters = defineParameters({
    page: { type: 'integer', default: 1 },
    path: { type: 'string', default: '/a', choices: ['/a', '/b'] },
  });
  class Pages extends HttpUser {
    static override tasks = { open: 1 };
    override waitTime = constant(1);

    async open(): Promise<void> {
      const { page, path } = this.params(parameters);
      await this.http.get(`${path}/${page + 1}`);
    }
  }

  it('have the values of the plan, and defaults for the rest', async () => {
    const run = new VirtualRun({ Pages, parameters }, planOf(usersLoad(1, 1), { parameters: { page: 41 } }));
    await run.seconds(2);
    expect(new Set(run.http.exchanges.map(({ name }) => name))).toEqual(new Set(['/a/42']));
  });
});

describe('starts of tasks', () => {
  class Forum extends TaskSet {
    static override tasks = { read: 3, leave: 1 };

    async read(): Promise<void> {
      await (this.user as HttpUser).http.get('/threads');
    }

    leave(): void {
      this.interrupt();
    }
  }
  class Member extends HttpUser {
    static override tasks = [
      [Forum, 1],
      ['home', 1],
    ] as const;
    override waitTime = constant(1);

    async home(): Promise<void> {
      await this.http.get('/');
    }
  }

  it('are counted by class and path, sets included, and add up to the iterations', async () => {
    const run = new VirtualRun({ Member }, planOf(usersLoad(5, 5, 200_000)));
    await run.seconds(210);
    const counts = new Map(
      [...run.stats.tasks].map(({ userClass, path, started }) => [`${userClass}: ${path}`, started]),
    );
    expect([...counts.keys()].toSorted()).toEqual([
      'Member: Forum',
      'Member: Forum / leave',
      'Member: Forum / read',
      'Member: home',
    ]);
    const of = (path: string): number => counts.get(`Member: ${path}`) ?? 0;
    expect(of('Forum / read') + of('Forum / leave') + of('home')).toBe(run.stats.iterations.started);
    expect(of('Forum / read') / of('Forum / leave')).toBeCloseTo(3, 0);
  });
});

describe('a choice of tasks', () => {
  it('holds for all users from its moment on, and for a newcomer', async () => {
    const run = new VirtualRun({ Reader }, planOf(usersLoad(10, 10)));
    await run.seconds(5);
    const sent = run.http.exchanges.length;
    const { paused: _paused, ...unchanged } = pause(5_000, false, 10);
    const change = { ...unchanged, tasks: { Reader: ['home'] } };
    run.engine.adjust({ atMs: 5_000, load: change });
    await run.seconds(5);
    const names = (from: VirtualRun, at = 0) => new Set(from.http.exchanges.slice(at).map(({ name }) => name));
    expect([...names(run, sent + 1)]).toEqual(['/']);
    expect(run.last.users).toBe(10);
    const late = new VirtualRun({ Reader }, planOf(usersLoad(10, 10)), { elapsedMs: 9_000, changes: [change] });
    await late.seconds(3);
    expect([...names(late)]).toEqual(['/']);
  });
});
