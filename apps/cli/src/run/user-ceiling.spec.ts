import { LoadstarError } from '@loadstar/shared';
import { rateCeiling, userCeiling } from './user-ceiling.js';

describe('the ceiling of users of a run from the command line', () => {
  it('is that of LOADSTAR_MAX_USERS, a million without it', () => {
    expect(userCeiling({})).toBe(1_000_000);
    expect(userCeiling({ LOADSTAR_MAX_USERS: '50' })).toBe(50);
    expect(() => userCeiling({ LOADSTAR_MAX_USERS: 'many' })).toThrow(LoadstarError);
  });

  it('has arrivals beside it, by LOADSTAR_MAX_RATE, without bound unless it is set', () => {
    expect([rateCeiling({}), rateCeiling({ LOADSTAR_MAX_RATE: '2.5' })]).toEqual([undefined, 2.5]);
    expect(() => rateCeiling({ LOADSTAR_MAX_RATE: '0' })).toThrow(/LOADSTAR_MAX_RATE/);
  });
});
