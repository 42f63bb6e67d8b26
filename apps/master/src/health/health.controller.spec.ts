import { VirtualClock } from '@loadstar/shared';
import type { MasterRole } from '../leadership/master-role.js';
import type { FleetView, RunControl } from '../runs/run-control.js';
import { HealthController } from './health.controller.js';

describe('the health of one master among several', () => {
  const runs = { current: () => undefined } as unknown as RunControl;
  const fleet = { workers: () => [] } as unknown as FleetView;
  const healthOf = (role: MasterRole | undefined): HealthController =>
    new HealthController(runs, fleet, new VirtualClock(), role);

  it('is that of a leader until it has let go, though it takes no calls any more', () => {
    const roleOf = (isServing: boolean, isLeaving: boolean): string =>
      healthOf({ isServing, isLeaving, leaderUrl: undefined, epoch: 1 }).health().role;
    expect([roleOf(true, false), roleOf(false, true), roleOf(false, false)]).toEqual(['leader', 'leader', 'standby']);
    expect(healthOf(undefined).health().role).toBe('leader');
    const leaving = healthOf({ isServing: false, isLeaving: true, leaderUrl: undefined, epoch: 1 });
    expect(() => leaving.ready()).toThrow(expect.objectContaining({ code: 'NOT_LEADER' }));
  });
});
