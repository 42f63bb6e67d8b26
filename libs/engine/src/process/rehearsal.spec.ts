import { createServer, type Server } from 'node:net';
import type { LoadPlan, RunPlan } from '@loadstar/shared';
import { readScenarios, systemClock } from '@loadstar/shared';
import { hasArrivals, rehearse } from './rehearsal.js';

const planWith = (load: LoadPlan): RunPlan => ({ load }) as RunPlan;
const scenarios = (written: Record<string, unknown>): LoadPlan => ({
  kind: 'scenarios',
  scenarios: readScenarios(written).scenarios,
  runTimeMs: undefined,
});

/** Servers that this process has open. */
const listening = (): unknown[] => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPServerWrap');

describe('rehearse', () => {
  it('is for plans with arrivals alone', () => {
    const arrivals = { executor: 'constant-arrival-rate', rate: 10, duration: '10s', preAllocatedVUs: 1 };
    const users = { executor: 'constant-vus', vus: 1, duration: '10s' };
    expect(hasArrivals(planWith(scenarios({ users })))).toBe(false);
    expect(hasArrivals(planWith(scenarios({ users, arrivals })))).toBe(true);
    expect(hasArrivals(planWith({ kind: 'users', users: 1, spawnRate: 1, runTimeMs: undefined }))).toBe(false);
  });

  it('asks a server of its own, and leaves nothing open', async () => {
    const before = listening().length;
    await rehearse(systemClock);
    await new Promise((resolve) => setImmediate(resolve));
    // Fewer when a server of a test file before this one went in the meantime.
    expect(listening().length).toBeLessThanOrEqual(before);
  });

  it('lets the run begin where nothing can listen', async () => {
    const listen = jest.spyOn(Object.getPrototypeOf(createServer()) as Server, 'listen').mockImplementation(function (
      this: Server,
    ) {
      setImmediate(() => this.emit('error', new Error('EADDRNOTAVAIL')));
      return this;
    });
    try {
      await expect(rehearse(systemClock)).resolves.toBeUndefined();
    } finally {
      listen.mockRestore();
    }
  });
});
