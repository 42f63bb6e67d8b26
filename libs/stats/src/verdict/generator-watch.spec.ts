import { headerOf } from '../testing/random-stats.js';
import { GeneratorWatch } from './generator-watch.js';

const strainedHealth = { ...headerOf().health, loopLagMs: 4_000 };

describe('GeneratorWatch', () => {
  it('counts the seconds that a rare report of a starved generator is about, not the report', () => {
    const watch = new GeneratorWatch();
    for (const second of [1, 2, 3]) watch.observe(headerOf({ elapsedMs: second * 1_000 }));
    for (const second of [7, 11]) watch.observe(headerOf({ elapsedMs: second * 1_000, health: strainedHealth }));
    const [record] = watch.records();
    expect(record).toMatchObject({ seconds: 11, strainedSeconds: 8, firstStrainedMs: 7_000, lastStrainedMs: 11_000 });
    expect(record?.causes.loopLagMs).toEqual({ seconds: 8, worst: 4_000 });
  });

  it('goes on where another master stopped, without the seconds between them', () => {
    const before = new GeneratorWatch();
    before.observe(headerOf({ elapsedMs: 1_000 }));
    const after = new GeneratorWatch();
    after.restore(before.records());
    after.observe(headerOf({ elapsedMs: 60_000 }));
    after.observe(headerOf({ elapsedMs: 61_000 }));
    expect(after.records()[0]).toMatchObject({ seconds: 3, strainedSeconds: 0 });
  });

  it('looks away before and after the load', () => {
    const watch = new GeneratorWatch();
    watch.observe(headerOf({ phase: 'preparing', health: strainedHealth }));
    watch.observe(headerOf({ phase: 'done', health: strainedHealth }));
    expect(watch.records()).toEqual([]);
  });
});
