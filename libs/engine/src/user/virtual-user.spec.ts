import { constant, HttpUser, RescheduleTaskImmediately, SequentialTaskSet, TaskSet, User } from '@loadstar/scenario';
import { planOf, usersLoad, VirtualRun } from '../run/testing/virtual-run.js';

let log: string[];
beforeEach(() => {
  log = [];
});

const run = (exports: Record<string, unknown>, users = 1): VirtualRun =>
  new VirtualRun(exports, planOf(usersLoad(users, 1000)));

const exceptionsOf = ({ stats }: VirtualRun): [string, number][] =>
  [...stats.exceptions].map(({ message, count }) => [message, count]);

describe('a virtual user', () => {
  it('starts once, repeats its tasks with its wait between them, and stops once', async () => {
    class Steady extends User {
      static override tasks = { work: 1 };
      override waitTime = constant(2);
      override onStart(): void {
        log.push('start');
      }
      override onStop(): void {
        log.push('stop');
      }
      work(): void {
        log.push('work');
      }
    }
    const steady = run({ Steady });
    await steady.seconds(5);
    void steady.engine.stop(1_000, 'stopped');
    await steady.seconds(0.1);
    expect(log).toEqual(['start', 'work', 'work', 'work', 'stop']);
    expect(steady.last).toMatchObject({ final: true, phase: 'done' });
  });

  it('goes on after an exception, after its wait, and the exception is counted with its message', async () => {
    class Faulty extends User {
      static override tasks = { work: 1 };
      override waitTime = constant(1);
      async work(): Promise<void> {
        await this.sleep(0.1);
        throw new TypeError('no such thing');
      }
    }
    const faulty = run({ Faulty });
    await faulty.seconds(5);
    expect(exceptionsOf(faulty)).toEqual([['TypeError: no such thing', 5]]);
    expect(faulty.stats.iterations).toMatchObject({ finished: 0, failed: 5 });
  });

  it.each([
    ['a text', 'thrown: text'],
    ['an object', 'thrown: {"a":1}'],
    ['undefined', 'thrown: undefined'],
  ])('survives a throw of %s', async (what, message) => {
    const values: Record<string, unknown> = { 'a text': 'text', 'an object': { a: 1 }, undefined: undefined };
    class Odd extends User {
      static override tasks = { work: 1 };
      override waitTime = constant(1);
      work(): void {
        throw values[what];
      }
    }
    const odd = run({ Odd });
    await odd.seconds(0.5);
    expect(exceptionsOf(odd)).toEqual([[message, 1]]);
  });

  it('whose onStart throws tries again once a second, as a new instance, and does no task meanwhile', async () => {
    let tries = 0;
    class Locked extends User {
      static override tasks = { work: 1 };
      override waitTime = constant(1);
      override onStart(): void {
        if (++tries < 4) throw new Error('no login');
      }
      work(): void {
        log.push(`work after ${tries}`);
      }
    }
    const locked = run({ Locked });
    await locked.seconds(2.9);
    expect(tries).toBe(3);
    expect(log).toEqual([]);
    await locked.seconds(1);
    expect(log).toEqual(['work after 4']);
    expect(exceptionsOf(locked)).toEqual([['Error: no login', 3]]);
    expect(locked.warnings).toHaveLength(1);
    expect(locked.last.users).toBe(1);
  });

  it('whose wait time is no number is told so and does not spin', async () => {
    class Hasty extends User {
      static override tasks = { work: 1 };
      override waitTime(): number {
        return Number.NaN;
      }
      work(): void {
        log.push('work');
      }
    }
    const hasty = run({ Hasty });
    await hasty.seconds(2.5);
    expect(log).toHaveLength(3);
    expect(exceptionsOf(hasty)[0]?.[0]).toContain('waitTime() gave NaN');
  });

  it('that never waits leaves the event loop to the others', async () => {
    let spins = 0;
    class Spinner extends User {
      static override tasks = { work: 1 };
      work(): void {
        if (++spins >= 5_000) this.stop();
      }
    }
    class Calm extends User {
      static override tasks = { work: 1 };
      override waitTime = constant(1);
      work(): void {
        log.push(`after ${spins > 0 && spins < 5_000 ? 'some' : 'all'} spins`);
      }
    }
    const both = run({ Spinner, Calm }, 2);
    // Other work of the process gets its turn while the spinner is at it.
    let turns = 0;
    const count = (): void => {
      turns++;
      if (spins < 5_000) setImmediate(count);
    };
    setImmediate(count);
    await both.seconds(3);
    expect(spins).toBe(5_000);
    expect(turns).toBeGreaterThan(10);
    expect(log.length).toBeGreaterThanOrEqual(2);
  });

  it('that sleeps in a task when the run is stopped sleeps to its end, if the stop timeout has room for it', async () => {
    class Sleeper extends User {
      static override tasks = { work: 1 };
      async work(): Promise<void> {
        await this.sleep(3);
        log.push(`woke after ${Math.round((sleeper.clock.nowMs() - startedMs) / 1000)} s`);
      }
    }
    const sleeper = run({ Sleeper });
    const startedMs = sleeper.clock.nowMs();
    await sleeper.seconds(1);
    void sleeper.engine.stop(5_000, 'stopped');
    await sleeper.seconds(10);
    expect(log).toEqual(['woke after 3 s']);
    expect(sleeper.stats.iterations).toEqual({ started: 1, finished: 1, failed: 0, interrupted: 0 });
  });

  it('that is interrupted does not go on, whatever it was waiting for', async () => {
    class Stuck extends HttpUser {
      static override tasks = { sleeper: 1, asker: 1 };
      async sleeper(): Promise<void> {
        await this.sleep(100);
        log.push('slept on');
      }
      async asker(): Promise<void> {
        try {
          await this.http.get('/never');
        } finally {
          log.push('asked on');
        }
      }
      override onStop(): void {
        log.push('stop');
      }
    }
    const stuck = run({ Stuck }, 4);
    stuck.http.latencyMs = 50_000;
    await stuck.seconds(2);
    void stuck.engine.stop(500, 'stopped');
    await stuck.seconds(200);
    expect(log).toEqual([]);
    expect(stuck.stats.iterations).toEqual({ started: 4, finished: 0, failed: 0, interrupted: 4 });
    expect(stuck.last.final).toBe(true);
    expect(stuck.http.open).toBe(0);
  });

  it('chooses alike in a repeated run with the same seed', async () => {
    class Chooser extends User {
      static override tasks = { work: 1 };
      override waitTime = constant(1);
      work(): void {
        log.push(`${this.id}:${this.random.int(1, 1000)}`);
      }
    }
    await run({ Chooser }, 3).seconds(3);
    const first = log.splice(0);
    await run({ Chooser }, 3).seconds(3);
    expect(log).toEqual(first);
    expect(new Set(first.map((entry) => entry.split(':')[0]))).toEqual(new Set(['0', '1', '2']));
  });
});

describe('task sets', () => {
  const site = (leave: (set: TaskSet) => void): Record<string, unknown> => {
    class Forum extends TaskSet {
      static override tasks = { read: 1 };
      private reads = 0;
      override waitTime(): number {
        return 1;
      }
      override onStart(): void {
        log.push('enter');
      }
      override onStop(): void {
        log.push('leave');
      }
      read(): void {
        log.push('read');
        if (++this.reads === 2) leave(this);
      }
    }
    class Visitor extends User {
      static override tasks = [Forum];
      override waitTime = constant(10);
      override onStop(): void {
        log.push('gone');
      }
    }
    return { Visitor };
  };

  it('keep the user until they interrupt; the parent then goes on at once', async () => {
    const visitor = run(site((set) => set.interrupt()));
    await visitor.seconds(1.5);
    expect(log).toEqual(['enter', 'read', 'read', 'leave', 'enter', 'read']);
  });

  it('let the parent wait first when they interrupt without rescheduling', async () => {
    const visitor = run(site((set) => set.interrupt(false)));
    await visitor.seconds(5);
    expect(log).toEqual(['enter', 'read', 'read', 'leave']);
    await visitor.seconds(8);
    expect(log.slice(4)).toEqual(['enter', 'read', 'read', 'leave']);
  });

  it('are left from the innermost outwards when the user stops itself or is stopped', async () => {
    const itself = run(site((set) => set.stop()));
    await itself.seconds(3);
    expect(log).toEqual(['enter', 'read', 'read', 'leave', 'gone']);
    expect(itself.last.users).toBe(0);
    log = [];
    const told = run(site(() => {}));
    await told.seconds(0.5);
    void told.engine.stop(1_000, 'stopped');
    await told.seconds(0.1);
    expect(log).toEqual(['enter', 'read', 'leave', 'gone']);
  });

  it('in sequence run their tasks in order, again and again', async () => {
    class Order extends SequentialTaskSet {
      static override tasks = ['cart', 'pay', 'track'];
      cart(): void {
        log.push('cart');
      }
      pay(): void {
        log.push('pay');
      }
      track(): void {
        log.push('track');
      }
    }
    class Buyer extends User {
      static override tasks = [Order];
      override waitTime = constant(1);
    }
    await run({ Buyer }).seconds(4.5);
    expect(log).toEqual(['cart', 'pay', 'track', 'cart', 'pay']);
  });

  it('that throw when entered are counted, and the user goes on', async () => {
    class Closed extends TaskSet {
      static override tasks = { read: 1 };
      override onStart(): void {
        throw new Error('closed');
      }
      read(): void {
        log.push('read');
      }
    }
    class Visitor extends User {
      static override tasks = [Closed];
      override waitTime = constant(1);
    }
    const visitor = run({ Visitor });
    await visitor.seconds(2.5);
    expect(exceptionsOf(visitor)).toEqual([['Error: closed', 3]]);
    expect(log).toEqual([]);
  });

  it('can ask for the next task at once', async () => {
    class Eager extends User {
      static override tasks = { work: 1 };
      override waitTime = constant(100);
      work(): void {
        log.push('work');
        if (log.length < 3) throw new RescheduleTaskImmediately();
      }
    }
    const eager = run({ Eager });
    await eager.seconds(1);
    expect(log).toHaveLength(3);
    expect(eager.stats.iterations).toMatchObject({ started: 3, finished: 3, failed: 0 });
  });
});
