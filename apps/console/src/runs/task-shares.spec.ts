import { realShares } from './task-shares.js';

const siblings = ['list', 'Forum'].map((name) => ({ name, ratio: 0.5, tasks: [] }));

describe('real shares of tasks', () => {
  const rows = [
    { userClass: 'A', path: ['list'], started: 30 },
    { userClass: 'A', path: ['Forum'], started: 10 },
    { userClass: 'A', path: ['Forum', 'read'], started: 7 },
    { userClass: 'B', path: ['list'], started: 99 },
  ];

  it('are among siblings of the same class and set', () => {
    const shares = realShares(rows, 'A');
    expect(shares?.share(['list'], siblings)).toBe(0.75);
    expect(shares?.share(['Forum'], siblings)).toBe(0.25);
    expect(shares?.share(['Forum', 'read'], [{ name: 'read', ratio: 1, tasks: [] }])).toBe(1);
    expect(shares?.share(['Forum', 'write'], [{ name: 'write', ratio: 1, tasks: [] }])).toBeNull();
  });

  it('are unknown where nothing was counted', () => {
    expect(realShares(rows, 'C')).toBeUndefined();
    expect(realShares(undefined, 'A')).toBeUndefined();
  });
});
