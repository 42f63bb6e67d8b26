import { HttpUser, LoadTestShape, readScenario, type ShapeTick, task } from '../index.js';

class Good extends HttpUser {
  @task() go(): void {}
}

describe('shapes', () => {
  const follow = (tick: (elapsed: number) => unknown) => {
    class Curve extends LoadTestShape {
      override tick(elapsed: number): ShapeTick | null {
        return tick(elapsed) as ShapeTick | null;
      }
    }
    const { shapes } = readScenario({ Good, Curve });
    expect(shapes.map(({ name }) => name)).toEqual(['Curve']);
    return shapes[0]!.create();
  };

  test('answer with users, rate and, if wanted, classes by name', () => {
    expect(follow(() => ({ users: 5, spawnRate: 2 })).tick(0)).toEqual({
      users: 5,
      spawnRate: 2,
      userClasses: undefined,
    });
    expect(follow(() => ({ users: 5, spawnRate: 2, userClasses: [Good, 'Good'] })).tick(0)?.userClasses).toEqual([
      'Good',
      'Good',
    ]);
    expect(follow(() => null).tick(3)).toBeNull();
  });

  test.each([
    [undefined, 'expected { users, spawnRate }, or null to end the run, not undefined'],
    [[5, 2], 'expected { users, spawnRate }, or null to end the run, not a list'],
    [{ users: -1, spawnRate: 1 }, 'users must be a whole number from 0, not -1'],
    [{ users: 1.5, spawnRate: 1 }, 'users must be a whole number from 0, not 1.5'],
    [{ users: 1, spawnRate: 0 }, 'spawnRate must be above 0, not 0'],
    [{ users: 1 }, 'spawnRate must be above 0, not undefined'],
    [
      { users: 1, spawnRate: 1, userClasses: ['Goood'] },
      '"Goood" is not an exported user class (did you mean "Good"?)',
    ],
  ])('that answer %p are told so', (answer, problem) => {
    expect(() => follow(() => answer).tick(7)).toThrow(`Curve.tick(7): ${problem}`);
  });

  test('marked abstract are not offered', () => {
    abstract class Base extends LoadTestShape {
      static override abstract = true;
    }
    expect(readScenario({ Good, Base }).shapes).toEqual([]);
  });
});
