import { RunStats } from '../run-stats/run-stats.js';
import { headerOf } from '../testing/random-stats.js';
import { RunJudge } from './run-judge.js';

const thresholds = {
  request_duration: ['p95<100', 'p95<100 over 2s', '90% of seconds p95<100'],
  request_failed: ['rate<0.5 or abort after 5s'],
};

/** Ten requests of one second. */
function second(ms: number, failed = false): RunStats {
  const delta = new RunStats();
  const series = delta.series({ userClass: 'browse', method: 'GET', name: '/' });
  for (let n = 0; n < 10; n++) {
    series.start();
    series.finish(failed ? 'status' : 'ok', ms * 1_000, ms * 1_000, 1, 0);
  }
  return delta;
}

function play(judge: RunJudge, from: number, to: number, of: (second: number) => RunStats): void {
  for (let at = from; at < to; at++) {
    judge.take(headerOf({ worker: 'w', elapsedMs: (at + 1) * 1_000 }), of(at), at * 1_000, (at + 1) * 1_000);
    judge.look((at + 1) * 1_000, 3);
  }
}

const worstOf = (judge: RunJudge) => judge.thresholds.map(({ expression, state }) => [expression, state]);

describe('RunJudge', () => {
  it('says of each threshold how it stands, how much room is left and since when', () => {
    const judge = new RunJudge(thresholds, { settleMs: 0 });
    judge.look(0, 0);
    expect(judge.thresholds.map(({ state, sinceSeconds }) => [state, sinceSeconds])).toEqual(
      Array(4).fill(['no data', 0]),
    );
    play(judge, 0, 4, (at) => second(at < 2 ? 80 : 150));
    const [whole, windows, seconds, failed] = judge.thresholds;
    expect(whole).toMatchObject({ state: 'failing', limit: 100, sinceSeconds: 3 });
    expect(whole?.margin).toBeCloseTo(-0.5, 1);
    expect(windows).toMatchObject({ state: 'failing', sinceSeconds: 3 });
    expect(seconds).toMatchObject({ state: 'failing', value: 50, limit: 90 });
    expect(seconds?.margin).toBeCloseTo(-4 / 9, 5);
    expect(failed).toMatchObject({ state: 'passing', value: 0, margin: 1, reason: null, sinceSeconds: 1 });
    expect(judge.abort).toBeUndefined();
  });

  it('asks for the end of the run, not before the delay', () => {
    const judge = new RunJudge(thresholds, { settleMs: 0 });
    play(judge, 0, 4, () => second(10, true));
    expect(judge.abort).toBeUndefined();
    play(judge, 4, 5, () => second(10, true));
    expect(judge.abort).toMatch(/^threshold request_failed rate<0.5 or abort after 5s: 1 is not < 0.5$/);
  });

  it('goes on under another master: the sum, bad windows and seconds, slices and generators are kept', () => {
    const bad = (at: number): RunStats => second(at === 2 || at === 3 ? 150 : 50);
    const [first, total] = [new RunJudge(thresholds, { settleMs: 0 }), new RunStats()];
    play(first, 0, 10, bad);
    for (let at = 0; at < 10; at++) total.merge(bad(at));
    const memory = JSON.parse(JSON.stringify(first.memory())) as ReturnType<RunJudge['memory']>;
    const next = new RunJudge(thresholds, { settleMs: 0 });
    next.restore(memory, { total, elapsedMs: 10_000, countedFromMs: 0, users: Array(10).fill(3) });
    const standing = (judge: RunJudge) => judge.thresholds.map((each) => ({ ...each, current: undefined }));
    expect(standing(next)).toEqual(standing(first));
    expect(next.sliced()).toEqual(first.sliced());
    expect(next.generators()).toEqual(first.generators());

    play(next, 10, 20, bad);
    play(first, 10, 20, bad);
    const results = first.conclude(20_000);
    const after = next.conclude(20_000);
    expect(after[0]).toEqual(results[0]);
    // One window reaches over the change of masters: it is not judged.
    expect(results[1]?.reason).toMatch(/^3 of 19 windows/);
    expect(after[1]?.reason).toMatch(/^3 of 18 windows/);
    expect(after[2]).toEqual(results[2]);
    expect(worstOf(next)).toEqual(worstOf(first));
  });

  it('goes on without a memory, with what the sum of the run says', () => {
    const total = second(150);
    const judge = new RunJudge(thresholds, { settleMs: 0 });
    judge.restore(undefined, { total, elapsedMs: 10_000, countedFromMs: 0, users: [] });
    expect(judge.thresholds.map(({ state }) => state)).toEqual(['failing', 'failing', 'no data', 'passing']);
  });

  it('chooses series by scenario and by the labels of scenarios', () => {
    const scenarios = [
      { name: 'browse', tags: { team: 'shop' } },
      { name: 'search', tags: { team: 'find' } },
    ];
    const by = (selector: string) => {
      const judge = new RunJudge({ [selector]: ['count>0'] }, { scenarios });
      play(judge, 0, 1, () => second(10));
      return judge.conclude(1_000)[0]?.value;
    };
    expect(by('request_duration{scenario:browse}')).toBe(10);
    expect(by('request_duration{team:shop}')).toBe(10);
    expect(by('request_duration{team:shop,method:GET}')).toBe(10);
    expect(by('request_duration{team:find}')).toBeNull();
    expect(() => by('request_duration{team:nobody}')).toThrow(/no scenario has the tag "team" with the value "nobody"/);
    expect(() => by('request_duration{squad:a}')).toThrow(/"squad" is not a tag of request_duration; it takes .*team/);
    expect(() => by('request_duration{scenario:brwose}')).toThrow(/there is no scenario "brwose".*browse, search/);
  });
});
