import { silentLogger, VirtualClock } from '@loadstar/shared';
import { MemoryStore } from '../store/memory-store.js';
import type { LeaseStore } from '../store/lease-store.js';
import { Leadership, type LeadershipOptions } from './leadership.js';

const leaseMs = 4_000;

interface Candidate {
  readonly leadership: Leadership;
  readonly log: string[];
}

function candidate(
  lease: LeaseStore,
  clock: VirtualClock,
  holder: string,
  options: Partial<LeadershipOptions> = {},
): Candidate {
  const log: string[] = [];
  const leadership = new Leadership({
    lease,
    isExclusive: false,
    clock,
    logger: silentLogger,
    holder,
    url: `http://${holder}`,
    leaseMs,
    elected: async (epoch) => void log.push(`leads ${epoch}`),
    lost: () => log.push('lost'),
    ...options,
  });
  return { leadership, log };
}

describe('who leads', () => {
  const clock = new VirtualClock();
  let lease: LeaseStore;
  let isAway = false;
  beforeEach(() => {
    const stored = new MemoryStore().lease;
    isAway = false;
    lease = new Proxy(stored, {
      get: (target, name: keyof LeaseStore) => {
        const method = target[name].bind(target) as (...args: unknown[]) => Promise<unknown>;
        return (...args: unknown[]) => (isAway ? Promise.reject(new Error('away')) : method(...args));
      },
    });
  });

  it('is the first at once, and the second only watches for as long as the first lives', async () => {
    const first = candidate(lease, clock, 'a');
    const second = candidate(lease, clock, 'b');
    await first.leadership.begin();
    await second.leadership.begin();
    await clock.advance(60_000);
    expect([first.log, second.log]).toEqual([['leads 1'], []]);
    expect(second.leadership.leaderUrl).toBe('http://a');
    expect([first.leadership.isLeader, second.leadership.isLeader]).toEqual([true, false]);
  });

  it('changes within a lease and a look when the leader is gone without a word', async () => {
    const first = candidate(lease, clock, 'a');
    const second = candidate(lease, clock, 'b');
    await first.leadership.begin();
    await second.leadership.begin();
    await clock.advance(2_000);
    // Its timers do not fire any more, as those of a process that was killed.
    (first.leadership as unknown as { timer: { cancel(): void } }).timer.cancel();
    await clock.advance(leaseMs - 200);
    expect(second.log).toEqual([]);
    await clock.advance(leaseMs / 2 + 200);
    expect(second.log).toEqual(['leads 2']);
  });

  it('changes at once when the leader steps down', async () => {
    const first = candidate(lease, clock, 'a');
    const second = candidate(lease, clock, 'b');
    await first.leadership.begin();
    await second.leadership.begin();
    await first.leadership.close();
    await clock.advance(leaseMs / 4 + 100);
    expect([first.log, second.log]).toEqual([['leads 1'], ['leads 2']]);
  });

  it('is told to a leader that stood still and was replaced, once', async () => {
    const first = candidate(lease, clock, 'a');
    await first.leadership.begin();
    const seen = await lease.read();
    await lease.take({ holder: 'b', url: 'http://b', key: 'k' }, seen);
    await clock.advance(5_000);
    expect(first.log).toEqual(['leads 1', 'lost']);
    expect(first.leadership.isLeader).toBe(false);
  });

  it('stays the same while the store is away for everybody, and after', async () => {
    const first = candidate(lease, clock, 'a');
    const second = candidate(lease, clock, 'b');
    await first.leadership.begin();
    await second.leadership.begin();
    isAway = true;
    await clock.advance(120_000);
    isAway = false;
    await clock.advance(30_000);
    expect([first.log, second.log]).toEqual([['leads 1'], []]);
  });

  it('is at once whoever comes to the place of a leader that is gone', async () => {
    await candidate(lease, clock, 'a').leadership.begin();
    const again = candidate(lease, clock, 'a');
    await again.leadership.begin();
    expect(again.log).toEqual(['leads 2']);
  });

  it('is one of several that are all free to take it', async () => {
    const seen = await lease.read();
    const epochs = await Promise.all(['a', 'b', 'c'].map((holder) => lease.take({ holder, url: '', key: '' }, seen)));
    expect(epochs.filter((epoch) => epoch !== undefined)).toHaveLength(1);
  });

  it('gives back what it cannot use', async () => {
    const broken = candidate(lease, clock, 'a', { elected: () => Promise.reject(new Error('disk')) });
    await expect(broken.leadership.begin()).rejects.toThrow('disk');
    expect((await lease.read()).holder).toBeUndefined();
  });
});
