import type { RunView } from '@loadstar/shared';
import { ApiProblem } from '../api/problem.js';
import { askOlder, pageSize, type RunPages, withNewest, withOlder } from './run-pages.js';

/** Runs by number, newest first, as a master would tell them. */
const runs = (from: number, to: number): RunView[] =>
  Array.from({ length: Math.max(0, from - to + 1) }, (_, index) => ({ id: `r${from - index}` }) as RunView);
const ids = (list: readonly RunView[]) => list.map(({ id }) => id);

describe('pages of runs', () => {
  const first = withNewest(undefined, runs(500, 301));
  const both = withOlder(first, runs(300, 101));

  it('join without a hole and know whether there are older ones', () => {
    expect(first.runs).toHaveLength(pageSize);
    expect(ids(both.runs)).toEqual(ids(runs(500, 101)));
    expect(both.hasOlder).toBe(true);
    const all = withOlder(both, runs(100, 1));
    expect(all).toEqual({ runs: runs(500, 1), hasOlder: false });
    expect(withNewest(undefined, runs(3, 1))).toEqual({ runs: runs(3, 1), hasOlder: false });
  });

  it('keep runs that newer ones have pushed off the first page', () => {
    const later = withNewest(both, runs(507, 308));
    expect(ids(later.runs)).toEqual(ids(runs(507, 101)));
    expect(later.hasOlder).toBe(true);
    expect(withNewest(withOlder(both, runs(100, 1)), runs(501, 302)).hasOlder).toBe(false);
  });

  it('let runs go that were forgotten within the first page', () => {
    const page = runs(500, 300).filter(({ id }) => id !== 'r400');
    const without = ids(both.runs).filter((id) => id !== 'r400');
    expect(ids(withNewest(both, page).runs)).toEqual(without);
  });

  it('begin anew when nothing tells what is in between', () => {
    expect(withNewest(both, runs(900, 701))).toEqual({ runs: runs(900, 701), hasOlder: true });
  });

  it('take a run once that is told twice', () => {
    expect(ids(withOlder(first, runs(301, 250)).runs)).toEqual(ids(runs(500, 250)));
  });
});

describe('older runs', () => {
  /** A master that knows some runs, as `GET /runs` answers. */
  const master = (known: readonly RunView[]) => (limit: number, before?: string) => {
    const from = before === undefined ? 0 : known.findIndex(({ id }) => id === before) + 1;
    if (before !== undefined && from === 0) return Promise.reject(new ApiProblem(404, 'NOT_FOUND', `no run ${before}`));
    return Promise.resolve(known.slice(from, from + limit));
  };
  const more = async (pages: RunPages, known: readonly RunView[]): Promise<RunPages> =>
    (await askOlder(master(known), pages.runs.at(-1)?.id ?? ''))(pages);
  const first = withNewest(undefined, runs(700, 501));

  it('come after the last one that is known', async () => {
    const both = await more(first, runs(700, 1));
    expect(ids(both.runs)).toEqual(ids(runs(700, 301)));
  });

  it('begin anew when the last one was deleted meanwhile, and can be asked for again', async () => {
    const both = await more(first, runs(700, 1));
    const left = runs(700, 450);
    const anew = await more(withNewest(both, left.slice(0, pageSize)), left);
    expect(anew).toEqual({ runs: runs(700, 501), hasOlder: true });
    expect(await more(anew, left)).toEqual({ runs: left, hasOlder: false });
  });

  it('leave the list alone when it has changed while they came', async () => {
    const change = await askOlder(master(runs(700, 1)), 'r501');
    const later = withNewest(first, runs(900, 701));
    expect(change(later)).toBe(later);
  });

  it('tell any other refusal', async () => {
    const gone = new ApiProblem(503, 'STORE_UNAVAILABLE', 'gone');
    await expect(askOlder(() => Promise.reject(gone), 'r501')).rejects.toBe(gone);
  });
});
