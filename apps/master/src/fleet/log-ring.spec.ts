import { silentLogger, VirtualClock } from '@loadstar/shared';
import { linesKept, LogRing, ringLogger } from './log-ring.js';

describe('the ring of log lines', () => {
  it('keeps the newest lines of every node and no more', () => {
    const ring = new LogRing();
    for (let i = 0; i < 2 * linesKept; i++) ring.addOfWorker('a', [`line ${i}`]);
    ring.addOfWorker(
      'b',
      Array.from({ length: 3 * linesKept }, (_, i) => `${i}`),
    );
    const { workers } = ring.lines();
    expect(workers['a']).toHaveLength(linesKept);
    expect(workers['a']?.at(-1)).toBe(`line ${2 * linesKept - 1}`);
    expect(workers['b']?.[0]).toBe(`${2 * linesKept}`);
  });

  it('writes the master’s lines as Locust does, plain facts only, without debug', () => {
    const ring = new LogRing();
    const logger = ringLogger(silentLogger, ring, new VirtualClock(0, Date.UTC(2026, 10, 22, 11, 44, 43, 976)));
    logger.debug({}, 'detail');
    logger.info({ run: 'r1', err: new Error('stack') }, 'run started');
    expect(ring.lines().master).toEqual(['[2026-11-22 11:44:43,976] master/INFO: run started (run r1)']);
  });
});
