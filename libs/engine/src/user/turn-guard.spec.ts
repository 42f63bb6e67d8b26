import { TurnGuard } from './turn-guard.js';

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('TurnGuard', () => {
  it('asks for a turn of the loop after some hundred iterations without one, until there was one', async () => {
    const guard = new TurnGuard();
    let iterations = 0;
    while (!guard.due() && iterations < 10_000) iterations++;
    expect(iterations).toBeGreaterThanOrEqual(200);
    expect(iterations).toBeLessThan(500);
    expect(guard.due()).toBe(true);
    await guard.nextTurn();
    expect(guard.due()).toBe(false);
  });

  it('asks for none where the loop turns by itself', async () => {
    const guard = new TurnGuard();
    let asked = 0;
    for (let turn = 0; turn < 40; turn++) {
      for (let i = 0; i < 64; i++) if (guard.due()) asked++;
      await nextTurn();
    }
    expect(asked).toBe(0);
  });
});
