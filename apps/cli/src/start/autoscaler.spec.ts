import { VirtualClock, type WorkerView } from '@loadstar/shared';
import { Autoscaler } from './autoscaler.js';

describe('the autoscaler', () => {
  const clock = new VirtualClock();
  let desired: number | Error;
  let busy: string[];
  let running: string[];
  let failing: boolean;
  let scaler: Autoscaler;

  beforeEach(() => {
    desired = 1;
    busy = [];
    running = ['worker-1'];
    failing = false;
    scaler = new Autoscaler(
      {
        clock,
        desired: () => (typeof desired === 'number' ? Promise.resolve({ desired }) : Promise.reject(desired)),
        workers: () =>
          Promise.resolve(
            running.map((name): Pick<WorkerView, 'id' | 'state'> => ({
              id: `${name}_x`,
              state: busy.includes(name) ? 'running' : 'ready',
            })),
          ),
        add: (name) => {
          if (failing) return Promise.reject(new Error('no memory'));
          running.push(name);
          return Promise.resolve();
        },
        remove: (name) => {
          running = running.filter((other) => other !== name);
          return Promise.resolve();
        },
        onChange: () => {},
      },
      { min: 1, max: 4, patienceMs: 60_000, lookMs: 2_000 },
      1,
    );
    scaler.start();
  });
  afterEach(() => {
    scaler.stop();
    expect(clock.pendingTimers).toBe(0);
  });

  it('starts what is wanted at once, up to its bound', async () => {
    desired = 3;
    await clock.advance(2_000);
    expect(running).toEqual(['worker-1', 'worker-2', 'worker-3']);
    desired = 50;
    await clock.advance(2_000);
    expect(running).toHaveLength(4);
  });

  it('ends workers one by one, after a while, never a busy one and never the last', async () => {
    desired = 3;
    await clock.advance(2_000);
    desired = 0;
    await clock.advance(58_000);
    expect(running).toHaveLength(3);
    busy = ['worker-3'];
    await clock.advance(60_000);
    expect(running).toHaveLength(3);
    busy = [];
    await clock.advance(2_000);
    expect(running).toEqual(['worker-1', 'worker-2']);
    await clock.advance(300_000);
    expect(running).toEqual(['worker-1']);
  });

  it('begins to wait anew when more are wanted in between', async () => {
    desired = 2;
    await clock.advance(2_000);
    for (let round = 0; round < 5; round++) {
      desired = 1;
      await clock.advance(40_000);
      desired = 2;
      await clock.advance(10_000);
    }
    expect(running).toHaveLength(2);
  });

  it('keeps what there is while the master is away, and tries again what did not start', async () => {
    desired = new Error('the master is away');
    await clock.advance(600_000);
    expect(running).toEqual(['worker-1']);
    desired = 2;
    failing = true;
    await clock.advance(4_000);
    failing = false;
    await clock.advance(2_000);
    expect(running).toEqual(['worker-1', 'worker-2']);
  });
});
