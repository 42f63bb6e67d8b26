import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@loadstar/shared';
import type { ProcessSpec } from './process-plan.js';
import { Supervisor, type SupervisorEvent } from './supervisor.js';

const folder = mkdtempSync(join(tmpdir(), 'supervisor-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const obedient = `
  process.on('SIGTERM', () => process.exit(0));
  process.send({ kind: 'ready', url: 'test:' + process.pid });
  setInterval(() => {}, 1000);`;
const deaf = obedient.replace('process.exit(0)', 'undefined');
const portTaken = `
  process.send({ kind: 'failed', error: { code: 'PORT_IN_USE', details: { port: 8089, app: 'master' }, fields: [] } }, () => process.exit(2));`;

function spec(name: string, source: string, stage = 0): ProcessSpec {
  const script = join(folder, `${name}.cjs`);
  writeFileSync(script, source);
  return { name, script, stage, env: {}, nodeArgs: [] };
}

function supervise(specs: ProcessSpec[], drainMs = 20_000) {
  const events: SupervisorEvent[] = [];
  const waiters: { kind: string; name: string; resolve: (event: SupervisorEvent) => void }[] = [];
  const supervisor = new Supervisor(specs, {
    clock: systemClock,
    drainMs,
    readyLimitMs: 20_000,
    onEvent: (event) => {
      events.push(event);
      for (const waiter of waiters) if (waiter.kind === event.kind && waiter.name === event.name) waiter.resolve(event);
    },
  });
  const happens = (kind: SupervisorEvent['kind'], name: string) =>
    new Promise<SupervisorEvent>((resolve) => waiters.push({ kind, name, resolve }));
  return { supervisor, events, happens };
}

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
const pidOf = (events: SupervisorEvent[], name: string): number => {
  const ready = events.findLast((event) => event.name === name && 'pid' in event);
  return ready && 'pid' in ready ? ready.pid : 0;
};

describe('Supervisor', () => {
  it('starts the stages in order and stops them in the opposite order', async () => {
    const { supervisor, events } = supervise([spec('first', obedient), spec('second', obedient, 1)]);
    await supervisor.start();
    const pids = ['first', 'second'].map((name) => pidOf(events, name));
    await supervisor.stop();
    expect(events.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'ready first',
      'ready second',
      'stopping second',
      'stopping first',
    ]);
    expect(pids.map(alive)).toEqual([false, false]);
  });

  it('starts again what dies, and says so', async () => {
    const { supervisor, events, happens } = supervise([spec('mortal', obedient)]);
    await supervisor.start();
    const restarted = happens('restarted', 'mortal');
    process.kill(pidOf(events, 'mortal'), 'SIGKILL');
    expect(await restarted).toMatchObject({ kind: 'restarted' });
    expect(events).toContainEqual({ kind: 'died', name: 'mortal', how: 'signal SIGKILL', restartInMs: 500 });
    await supervisor.stop();
    expect(alive(pidOf(events, 'mortal'))).toBe(false);
  });

  it('takes one more process in, keeps it running, and ends it for good', async () => {
    const { supervisor, events, happens } = supervise([spec('first', obedient)]);
    await supervisor.start();
    await supervisor.add(spec('late', obedient, 1));
    const restarted = happens('restarted', 'late');
    process.kill(pidOf(events, 'late'), 'SIGKILL');
    await restarted;
    const pid = pidOf(events, 'late');
    await supervisor.remove('late');
    await supervisor.remove('never-there');
    expect(alive(pid)).toBe(false);
    await expect(supervisor.add(spec('taken', portTaken, 1))).rejects.toMatchObject({ code: 'PORT_IN_USE' });
    expect(events.filter(({ kind, name }) => kind === 'died' && name !== 'late')).toEqual([]);
    await supervisor.stop();
    expect(events.at(-1)).toEqual({ kind: 'stopping', name: 'first' });
  });

  it('passes on the error of a process that cannot start and leaves nothing running', async () => {
    const { supervisor, events } = supervise([spec('fine', obedient), spec('taken', portTaken, 1)]);
    await expect(supervisor.start()).rejects.toMatchObject({ code: 'PORT_IN_USE', details: { port: 8089 } });
    expect(alive(pidOf(events, 'fine'))).toBe(false);
  });

  it('kills what does not stop within the drain limit', async () => {
    const { supervisor, events } = supervise([spec('deaf', deaf)], 200);
    await supervisor.start();
    await supervisor.stop();
    expect(events.at(-1)).toEqual({ kind: 'killed', name: 'deaf' });
    expect(alive(pidOf(events, 'deaf'))).toBe(false);
  });
});
