import { arrived, checkIdentity, highestIn, type LedgerAccount, type WitnessAccount } from './identity.js';

const witness = (changes: Partial<WitnessAccount['workers'][number]> = {}, unattributed = 0): WitnessAccount => ({
  slot_ms: 100,
  unattributed,
  workers: [
    { worker: 'a.1', distinct: 60, duplicates: 0, unrecorded: 0, rate: [10, 20, 30] },
    { worker: 'b.1', distinct: 40, duplicates: 0, unrecorded: 0, rate: [0, 40], ...changes },
  ],
});
const ledger = (changes: Partial<LedgerAccount> = {}): LedgerAccount => ({
  requests: 100,
  unsent: 0,
  unreportedAtMost: 0,
  ...changes,
});
const exact = { lost: 0, dup: 0, phantom: 0 };

describe('the ledger identity', () => {
  it('holds when every arrival is counted once', () => {
    expect(checkIdentity(witness(), ledger(), exact)).toEqual([]);
  });

  it('knows nothing of attempts that failed before a byte left', () => {
    expect(checkIdentity(witness(), ledger({ requests: 107, unsent: 7 }), exact)).toEqual([]);
  });

  it.each([
    ['a loss', witness(), ledger({ requests: 99 }), 'lost 1 (arrived 100, counted 99), at most 0'],
    ['a phantom', witness(), ledger({ requests: 101 }), 'phantom 1 (arrived 100, counted 101), at most 0'],
    ['a repetition', witness({ duplicates: 2 }), ledger(), '2 arrived twice, at most 0'],
    ['strangers', witness({}, 3), ledger(), '3 requests carried no identity'],
    ['a witness past its memory', witness({ unrecorded: 1 }), ledger(), 'the witness could not keep up'],
    ['a bound without need', witness(), ledger({ unreportedAtMost: 5 }), 'more than 0'],
  ])('sees %s', (_what, seen, counted, expected) => {
    expect(checkIdentity(seen, counted, exact).join('\n')).toContain(expected);
  });

  it('lets a killed worker lose what is allowed, if the run says so', () => {
    const claim = { ...exact, lost: 53 };
    const run = ledger({ requests: 60, unreportedAtMost: 50 });
    expect(checkIdentity(witness(), run, claim)).toEqual([]);
    expect(checkIdentity(witness(), { ...run, unreportedAtMost: 39 }, claim)[0]).toContain('but 40 are');
    expect(checkIdentity(witness(), { ...run, unreportedAtMost: 60 }, claim)[0]).toContain('more than 53');
    expect(checkIdentity(witness(), { ...run, unreportedAtMost: 60 }, { ...claim, bound: 60 })).toEqual([]);
  });

  it('proves nothing by two empty accounts', () => {
    const nothing = { slot_ms: 100, unattributed: 0, workers: [] };
    expect(checkIdentity(nothing, ledger({ requests: 0 }), exact)[0]).toContain('nothing is proved');
  });

  it('reads rates by time and worker', () => {
    expect(arrived(witness(), 100, 200)).toBe(60);
    expect(arrived(witness(), 0, 1_000, (worker) => worker.startsWith('a.'))).toBe(60);
    expect(highestIn(witness(), 200, 0, 300)).toBe(90);
  });
});
