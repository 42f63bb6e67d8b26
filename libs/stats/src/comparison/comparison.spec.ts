import { SeededRandom } from '@loadstar/shared';
import { type NoisyOptions, noisyRun } from '../testing/noisy-run.js';
import { compareRuns } from './compare-runs.js';
import { adjustedPValues } from './correction.js';

const names = [
  { name: '/users', medianMs: 12, share: 0.6 },
  { name: '/orders', medianMs: 35, share: 0.4 },
];
const base: NoisyOptions = {
  seconds: 60,
  rate: 200,
  levelNoise: 0.03,
  correlation: 0.5,
  spread: 0.4,
  names,
  failShare: 0.002,
};

function compare(seed: string, change: Partial<NoisyOptions>, options = {}, original = base) {
  const random = new SeededRandom(seed);
  const a = noisyRun(random, original);
  const b = noisyRun(random, { ...original, ...change });
  return compareRuns({ label: 'main', sliced: a }, { label: 'branch', sliced: b }, { replicates: 200, ...options });
}

describe('compareRuns', () => {
  it('raises few false alarms between equal runs', () => {
    let alarms = 0;
    for (let trial = 0; trial < 25; trial++) if (compare(`equal ${trial}`, {}).verdict !== 'no change') alarms++;
    expect(alarms).toBeLessThanOrEqual(3);
  });

  it('raises few between equal runs that differ as a whole, as real ones do', () => {
    let alarms = 0;
    const apart = { ...base, levelNoise: 0.01, runNoise: 0.01 };
    for (let trial = 0; trial < 40; trial++) {
      if (compare(`apart ${trial}`, {}, {}, apart).verdict !== 'no change') alarms++;
    }
    expect(alarms).toBeLessThanOrEqual(3);
  });

  it('finds that everything is 5 % slower', () => {
    let found = 0;
    for (let trial = 0; trial < 12; trial++) {
      if (compare(`slower ${trial}`, { factor: () => 1.05 }).verdict === 'regression') found++;
    }
    expect(found).toBeGreaterThanOrEqual(10);
  });

  it('names what got slower, by how much and how sure', () => {
    const { verdict, text, rows, total } = compare('one', { factor: (_, name) => (name === '/orders' ? 1.15 : 1) });
    expect(verdict).toBe('regression');
    expect(text).toMatch(
      /^A regression in 1 of 2 names. GET \/orders p\d\d \+1\d % \(\d+(\.\d)?\.\.\d\d %\).*, regression\.$/,
    );
    expect(rows.map((row) => [row.name, row.verdict])).toEqual([
      ['/orders', 'regression'],
      ['/users', 'no change'],
    ]);
    const p95 = rows[0]!.effects.find(({ metric }) => metric === 'p95')!;
    expect(p95.low).toBeLessThan(0.15);
    expect(p95.high).toBeGreaterThan(0.15);
    expect(p95).toMatchObject({ significant: true, worse: true, gated: true });
    expect(total.effects.map(({ metric }) => metric)).toEqual([
      'typical',
      'p50',
      'p95',
      'p99',
      'mean',
      'failRate',
      'throughput',
    ]);
  });

  it('tells an improvement, and more failures although times are the same', () => {
    const faster = compare('faster', { factor: () => 0.85 });
    expect(faster).toMatchObject({
      verdict: 'improvement',
      text: expect.stringMatching(/^An improvement in 2 of 2 names/),
    });
    const failing = compare('failing', { failShare: 0.05 });
    expect(failing.verdict).toBe('regression');
    expect(failing.text).toMatch(/fail rate 0\.\d % -> 5(\.\d)? % \(\+\d\.\d\.\.\d(\.\d)? points\)/);
  });

  it('leaves the warm-up out of it', () => {
    const cold = { factor: (second: number) => (second < 8 ? 4 : 1) };
    const cut = compare('cold', cold);
    expect(cut).toMatchObject({ verdict: 'no change', cutSeconds: [0, 8] });
    const uncut = compare('cold', cold, { cutWarmUp: false });
    expect(uncut.cutSeconds).toEqual([0, 0]);
    expect(uncut.total.effects.find(({ metric }) => metric === 'mean')!.change).toBeGreaterThan(0.25);
  });

  it('does not compare what cannot be compared', () => {
    expect(compare('short', { seconds: 8 })).toMatchObject({
      verdict: 'not comparable',
      text: 'The runs cannot be compared: branch has 8 settled time slices, and 10 are needed.',
    });
    expect(compare('bad', {}, { obstacles: ['branch is invalid'] }).text).toMatch(/branch is invalid/);
    const other = compare('other', { names: [names[0]!, { name: '/new', medianMs: 5, share: 0.4 }] });
    expect([...other.cautions].sort()).toEqual(['GET /new is not in main', 'GET /orders is not in branch']);
    expect(other.rows.map(({ verdict }) => verdict).sort()).toEqual(['gone', 'new', 'no change']);
    const rare = compare('rare', {}, {}, { ...base, names: [...names, { name: '/rare', medianMs: 5, share: 0.002 }] });
    expect(rare.rows.find(({ name }) => name === '/rare')!.verdict).toBe('too little data');
  });

  it('compares runs under the same changing load slice by slice', () => {
    const spike = (second: number) => (second < 20 ? 1 : second < 40 ? 5 : 2);
    const original = { ...base, factor: spike };
    expect(compare('spike', {}, {}, original)).toMatchObject({ verdict: 'no change', cautions: [] });
    const slower = compare('spike', { factor: (second) => 1.08 * spike(second) }, {}, original);
    expect(slower.verdict).toBe('regression');
    const { low, high } = slower.total.effects[0]!;
    expect(low).toBeGreaterThan(0.03);
    expect(high).toBeLessThan(0.13);
  });

  it('gives the same answer to the same question', () => {
    expect(compare('same', {})).toEqual(compare('same', {}));
  });
});

test('Benjamini and Hochberg, their own example', () => {
  const raw = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
  ];
  const adjusted = adjustedPValues(raw);
  expect(adjusted.filter((p) => p <= 0.05)).toHaveLength(4);
  expect(adjusted[3]).toBeCloseTo((0.0095 * 15) / 4, 10);
  expect(adjustedPValues([0.04, 0.01])).toEqual([0.04, 0.02]);
});
