import { defaultTimings } from '@loadstar/protocol';
import { defaultRunTimings } from '../runs/run-state.js';
import { Scene } from '../testing/scene.js';
import { readMasterConfig } from './read-master-config.js';
import { answerMsOf, controlTimingsOf, defaultTimingSettings, leaseMs, runTimingsOf } from './timing-settings.js';

const read = (changes: Record<string, string> = {}) => readMasterConfig(changes).timings ?? defaultTimingSettings;

describe('the timings of the fleet', () => {
  it('are the usual ones when nothing is said', () => {
    expect(read()).toEqual(defaultTimingSettings);
    expect(defaultTimingSettings).toMatchObject({
      suspectMs: 3_000,
      fenceMs: 8_000,
      lostMs: 10_000,
      reassignMs: 11_000,
    });
    expect(controlTimingsOf(read())).toEqual(defaultTimings);
    expect(runTimingsOf(read())).toEqual(defaultRunTimings);
  });

  it.each([
    [{ LOADSTAR_FENCE_MS: '10000' }, 'LOADSTAR_FENCE_MS: less than LOADSTAR_LOST_MS (10000)'],
    [{ LOADSTAR_SUSPECT_MS: '8000' }, 'LOADSTAR_SUSPECT_MS: less than LOADSTAR_FENCE_MS (8000)'],
    [{ LOADSTAR_ORPHAN_DRAIN_MS: '10000' }, 'LOADSTAR_LOST_MS: less than LOADSTAR_ORPHAN_DRAIN_MS (10000)'],
    [{ LOADSTAR_ORPHAN_STOP_MS: '30000' }, 'LOADSTAR_ORPHAN_DRAIN_MS: less than LOADSTAR_ORPHAN_STOP_MS (30000)'],
    [{ LOADSTAR_REASSIGN_MS: '9999' }, 'LOADSTAR_REASSIGN_MS: at least LOADSTAR_LOST_MS (10000)'],
    [{ LOADSTAR_START_BARRIER_MS: 'long' }, 'LOADSTAR_START_BARRIER_MS: a whole number 2000..3600000'],
  ])('%j are refused, with the reason', (changes, problem) => {
    expect(() => read(changes)).toThrow(problem);
  });

  it('leave a failover its time, and a lost worker until it is forgotten', () => {
    const quick = { LOADSTAR_SUSPECT_MS: '2000', LOADSTAR_FENCE_MS: '3000', LOADSTAR_LOST_MS: '4000' };
    const least = String(leaseMs + 2_000);
    expect(() => read({ ...quick, LOADSTAR_ORPHAN_DRAIN_MS: '5999' })).toThrow(
      'LOADSTAR_ORPHAN_DRAIN_MS: at least 6000: until then a standby may not have taken over',
    );
    expect(read({ ...quick, LOADSTAR_ORPHAN_DRAIN_MS: least }).drainMs).toBe(6_000);
    const patient = (lostMs: string) => ({
      LOADSTAR_LOST_MS: lostMs,
      LOADSTAR_REASSIGN_MS: '600000',
      LOADSTAR_ORPHAN_DRAIN_MS: '700000',
      LOADSTAR_ORPHAN_STOP_MS: '800000',
    });
    expect(() => read(patient('600000'))).toThrow('LOADSTAR_LOST_MS: less than 600000: after this silence');
    expect(read(patient('599999')).lostMs).toBe(599_999);
  });

  it('let a standby wait longer for an answer than a start may take', () => {
    const { startBarrierMs, hookMs } = defaultRunTimings;
    expect(answerMsOf(read())).toBeGreaterThan(startBarrierMs + hookMs);
    expect(answerMsOf(read({ LOADSTAR_START_BARRIER_MS: '600000' }))).toBeGreaterThan(600_000 + hookMs);
  });

  it('are all named that are out of order', () => {
    expect(() => read({ LOADSTAR_LOST_MS: '60000' })).toThrow(/LOADSTAR_LOST_MS: less.*LOADSTAR_REASSIGN_MS: at least/);
  });

  it('decide when a worker is lost, who has its share when, and what workers are told', async () => {
    const timings = read({
      LOADSTAR_SUSPECT_MS: '2000',
      LOADSTAR_FENCE_MS: '3000',
      LOADSTAR_LOST_MS: '4000',
      LOADSTAR_REASSIGN_MS: '7000',
      LOADSTAR_ORPHAN_DRAIN_MS: '9000',
      LOADSTAR_ORPHAN_STOP_MS: '12000',
    });
    const scene = await Scene.open({}, { timings });
    try {
      const a = await scene.worker('a');
      const b = await scene.worker('b');
      const told = (name: string) => a.orders.find((order) => order.name === name)?.payload;
      expect(told('welcome')).toMatchObject({ drainMs: 9_000, stopMs: 12_000 });
      await scene.create({ lossPolicy: 'rebalance' });
      expect(told('start')).toMatchObject({ fenceMs: 3_000 });
      await scene.seconds(2);
      b.cut();
      await scene.seconds(5);
      expect(scene.core.fleet.workers().map(({ state }) => state)).toContain('lost');
      expect(a.users).toBe(11);
      await scene.seconds(3);
      expect(a.users).toBe(21);
    } finally {
      await scene.close();
    }
  });
});
