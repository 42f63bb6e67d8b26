import type { QueueView, RunView, ScheduleView, StoppedView } from '@loadstar/shared';
import { type CallOptions, type FaceHarness, openFaces } from '../testing/face-harness.js';

const tokens = 'viewer:viewer-token,runner@anna:anna-token,runner:shared-token,admin:admin-token';

describe('the queue over /api/v1', () => {
  let faces: FaceHarness;
  beforeEach(async () => {
    faces = await openFaces();
  });
  afterEach(() => faces.close());

  const call = (method: string, path: string, options: CallOptions = {}) =>
    faces.call(method, `/api/v1${path}`, options);
  const queue = async (wish: object = {}, body: object = {}, options: CallOptions = {}): Promise<RunView> => {
    const response = await call('POST', '/runs', { body: { users: 20, ...body, queue: wish }, ...options });
    expect(response.status).toBe(201);
    return (await response.json()) as RunView;
  };
  const view = () => faces.json<QueueView>('/api/v1/queue');

  it('queues a run instead of starting it, and tells its place', async () => {
    const first = await queue();
    expect(first).toMatchObject({
      state: 'queued',
      startedAt: null,
      queue: {
        owner: 'anybody',
        priority: 0,
        position: 1,
        notBefore: null,
        minWorkers: 1,
        labels: {},
        scheduleId: null,
      },
    });
    const urgent = await queue({ priority: 10, minWorkers: 3, labels: { zone: 'eu' } });
    const delayed = await queue({ delaySeconds: 600 });
    expect(await view()).toMatchObject({
      kind: 'in-process',
      available: true,
      limit: 1000,
      waiting: [{ id: urgent.id }, { id: first.id }, { id: delayed.id, queue: { position: null } }],
      active: [],
    });
    expect(await (await call('GET', `/runs/${first.id}`)).json()).toMatchObject({ queue: { position: 2 } });
    expect(await (await call('GET', '/fleet/desired')).json()).toEqual({
      desired: 3,
      present: 2,
      minWorkers: 1,
      maxWorkers: 100,
      usersPerWorker: 1000,
      pools: expect.arrayContaining([{ labels: 'zone=eu', workers: 3 }]),
    });
  });

  it('takes a run out of the queue when it is stopped', async () => {
    const [first, second] = [await queue(), await queue()];
    const stopped = await call('POST', `/runs/${first.id}/stop`);
    expect([stopped.status, await stopped.json()]).toMatchObject([
      202,
      { state: 'aborted', queue: { position: null } },
    ]);
    expect((await view()).waiting).toMatchObject([{ id: second.id, queue: { position: 1 } }]);
  });

  it('stops everything with one call, which holds the queue if asked to, until that is released', async () => {
    const waiting = await queue();
    const started = (await (await call('POST', '/runs', { body: { users: 5 } })).json()) as RunView;
    const stop = async (body?: object): Promise<StoppedView> => {
      const response = await call('POST', '/stop', body ? { body } : {});
      expect(response.status).toBe(202);
      return (await response.json()) as StoppedView;
    };
    expect(await stop({ graceMs: 0, holdQueue: true })).toMatchObject({
      runs: [{ id: started.id, state: 'stopping' }],
      calledOff: [],
      queueHeld: true,
    });
    expect(faces.runs.asked).toContain(`stop ${started.id} 0`);
    expect(await view()).toMatchObject({ held: true, waiting: [{ id: waiting.id }] });
    faces.runs.finish();
    expect(await stop()).toEqual({ runs: [], calledOff: [], queueHeld: true });
    expect(await (await call('POST', '/queue/release')).json()).toMatchObject({ held: false });
    expect(await (await call('POST', '/queue/hold')).json()).toMatchObject({ held: true });
    expect((await call('POST', '/stop', { body: { holdQueue: 'yes' } })).status).toBe(400);
    expect((await call('POST', '/stop', { body: { graceMs: -1 } })).status).toBe(400);
  });

  it('starts a run at once when it does not want to wait, which shows no place', async () => {
    await queue();
    const started = await call('POST', '/runs', { body: { users: 5 } });
    expect(await started.json()).toMatchObject({ state: 'running', queue: null });
    expect((await view()).active).toHaveLength(1);
  });

  it.each([
    ['priority', 101],
    ['priority', 1.5],
    ['delaySeconds', -1],
    ['minWorkers', 0],
    ['labels', ['zone']],
    ['labels', { 'two words': 'x' }],
    ['labels', { zone: 'a,b' }],
    ['labels', { zone: 1 }],
    ['colour', 'red'],
  ])('refuses queue.%s = %j by its name', async (field, value) => {
    const response = await call('POST', '/runs', { body: { queue: { [field]: value } } });
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { code: 'INVALID_INPUT', errors: [{ field: `queue.${field}` }] },
    ]);
    expect(faces.runs.list()).toEqual([]);
  });

  it('refuses queue = "now", and runs beyond the limit', async () => {
    expect((await call('POST', '/runs', { body: { queue: 'now' } })).status).toBe(400);
    const small = await openFaces({ LOADSTAR_QUEUE_LIMIT: '1' });
    try {
      const body = { queue: {} };
      expect((await small.call('POST', '/api/v1/runs', { body })).status).toBe(201);
      const full = await small.call('POST', '/api/v1/runs', { body });
      expect([full.status, await full.json()]).toMatchObject([503, { code: 'QUEUE_FULL', retryable: true }]);
    } finally {
      await small.close();
    }
  });

  it('knows whose a run is: by token, by header, by role', async () => {
    const closed = await openFaces({ LOADSTAR_TOKENS: tokens });
    try {
      const ownerOf = async (token: string, headers: Record<string, string> = {}): Promise<string | undefined> => {
        const response = await closed.call('POST', '/api/v1/runs', { token, headers, body: { queue: {} } });
        return ((await response.json()) as RunView).queue?.owner;
      };
      const says = { 'x-loadstar-owner': 'bert' };
      expect(await ownerOf('anna-token')).toBe('anna');
      expect(await ownerOf('anna-token', says)).toBe('anna');
      expect(await ownerOf('shared-token', says)).toBe('bert');
      expect(await ownerOf('shared-token')).toBe('runner');
      const login = await closed.call('POST', '/login', { form: { token: 'anna-token' } });
      const cookie = login.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
      const response = await closed.call('POST', '/api/v1/runs', { headers: { cookie }, body: { queue: {} } });
      expect(await response.json()).toMatchObject({ queue: { owner: 'anna' } });
    } finally {
      await closed.close();
    }
    const nameless = await call('POST', '/runs', { headers: { 'x-loadstar-owner': 'a b' }, body: { queue: {} } });
    expect([nameless.status, await nameless.json()]).toMatchObject([400, { errors: [{ field: 'x-loadstar-owner' }] }]);
  });

  it('keeps schedules', async () => {
    const run = { scenario: 'shop.ts', users: 5, queue: { priority: -3 } };
    const made = await call('POST', '/schedules', {
      body: { name: 'nightly', cron: '0 2 * * *', timeZone: 'Europe/Berlin', run },
    });
    const schedule = (await made.json()) as ScheduleView;
    expect([made.status, made.headers.get('location')]).toEqual([201, `/api/v1/schedules/${schedule.id}`]);
    expect(schedule).toMatchObject({ name: 'nightly', owner: 'anybody', run, lastAt: null, problem: null });
    expect(Date.parse(schedule.nextAt ?? '')).toBeGreaterThan(Date.now());
    expect(await (await call('GET', '/schedules')).json()).toEqual([schedule]);
    expect(await (await call('GET', `/schedules/${schedule.id}`)).json()).toEqual(schedule);
    expect((await call('DELETE', `/schedules/${schedule.id}`)).status).toBe(204);
    expect((await call('DELETE', `/schedules/${schedule.id}`)).status).toBe(404);
    expect((await call('GET', `/schedules/${schedule.id}`)).status).toBe(404);
  });

  it.each([
    [{ cron: 'tomorrow', run: {} }, 'cron'],
    [{ cron: '0 2 * * *', timeZone: 'Here', run: {} }, 'timeZone'],
    [{ cron: '0 2 * * *' }, 'run'],
    [{ cron: '0 2 * * *', run: { users: -1 } }, 'run.users'],
    [{ cron: '0 2 * * *', run: { queue: { priority: 'high' } } }, 'run.queue.priority'],
    [{ run: {} }, 'cron'],
  ])('refuses the schedule %j for its %s', async (body, field) => {
    const response = await call('POST', '/schedules', { body });
    expect(response.status).toBe(400);
    const { errors } = (await response.json()) as { errors: { field: string }[] };
    expect(new Set(errors.map((each) => each.field))).toEqual(new Set([field]));
  });
});
