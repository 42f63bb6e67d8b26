import type { RunEvent } from '../api/extras.js';
import { addEvents, withOwnEvents } from './events.js';

const event = (second: number, kind: RunEvent['kind'] = 'phase') => ({ second, at: '', kind, text: `${second}` });

describe('events of a run', () => {
  it('are added in order, and nothing is made of nothing', () => {
    const known = [event(1)];
    expect(addEvents(known, [])).toBe(known);
    expect(addEvents(known, [event(2)]).map(({ second }) => second)).toEqual([1, 2]);
    const many = Array.from({ length: 1500 }, (_, second) => event(second));
    expect(addEvents([], many)).toHaveLength(1000);
  });

  it('keep what only this page has noticed when the master tells all anew', () => {
    const kept = withOwnEvents([event(1), event(5, 'page')], [event(1), event(3), event(9)]);
    expect(kept.map(({ second, kind }) => `${second} ${kind}`)).toEqual(['1 phase', '3 phase', '5 page', '9 phase']);
  });
});
