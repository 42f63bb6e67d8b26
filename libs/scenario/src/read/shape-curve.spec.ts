import { HttpUser, LoadTestShape } from '../index.js';
import { describeScenario } from './describe-scenario.js';
import { readScenario } from './read-scenario.js';

class Visitor extends HttpUser {
  static override tasks = { look: 1 };
  async look(): Promise<void> {}
}

const curvesOf = (shapes: Record<string, unknown>) =>
  describeScenario(readScenario({ Visitor, ...shapes }), true).curves;

describe('what shapes plan', () => {
  it('is told in even steps to the end, few enough to send', () => {
    class Stairs extends LoadTestShape {
      override tick(elapsed: number) {
        return elapsed < 30 ? { users: elapsed < 10 ? 10 : 40, spawnRate: 5 } : null;
      }
    }
    class Endless extends LoadTestShape {
      override tick(elapsed: number) {
        return { users: Math.round(50 + 50 * Math.sin(elapsed / 600)), spawnRate: 100 };
      }
    }
    const { Stairs: stairs, Endless: endless } = curvesOf({ Stairs, Endless }) ?? {};
    expect(stairs).toMatchObject({ everySeconds: 1, endSeconds: 30 });
    expect([stairs?.users[0], stairs?.users[2], stairs?.users[9], stairs?.users[30]]).toEqual([0, 10, 10, 40]);
    expect(endless?.endSeconds).toBeNull();
    expect(endless?.users.length).toBeLessThanOrEqual(242);
    expect(Math.max(...(endless?.users ?? []))).toBeGreaterThan(95);
  });

  it('is left out for a shape that throws or gives what nobody can follow, and nobody is asked without need', () => {
    let asked = 0;
    class Broken extends LoadTestShape {
      override tick(elapsed: number): { users: number; spawnRate: number } {
        asked++;
        if (elapsed === 5) throw new Error('no idea');
        return { users: 1, spawnRate: 1 };
      }
    }
    class Negative extends LoadTestShape {
      override tick() {
        return { users: -1, spawnRate: 1 };
      }
    }
    expect(curvesOf({ Broken, Negative })).toEqual({});
    const before = asked;
    expect(describeScenario(readScenario({ Visitor, Broken })).curves).toBeUndefined();
    expect(asked).toBe(before);
  });
});
