import { silentLogger, VirtualClock } from '@loadstar/shared';
import { MemoryStore } from '../store/memory-store.js';
import { type FaceHarness, openFaces } from '../testing/face-harness.js';
import type { AuditEntryDto } from '../api/dto/audit.dto.js';
import { StoredAudit } from './audit-trail.js';

const token = { runner: 'runner-token-1', admin: 'admin-token-12' };

describe('the record of changes', () => {
  let faces: FaceHarness;
  beforeAll(async () => {
    faces = await openFaces({
      LOADSTAR_TOKENS: `runner@anna:${token.runner},admin:${token.admin},viewer:viewer-token-1`,
    });
  });
  afterAll(() => faces.close());

  const record = async (): Promise<AuditEntryDto[]> => {
    const response = await faces.call('GET', '/api/v1/audit?limit=10', { token: token.admin });
    expect(response.status).toBe(200);
    return (await response.json()) as AuditEntryDto[];
  };

  it('tells who did what to which run and which target, also of the old routes and of what failed', async () => {
    const body = { users: 3, host: 'http://127.0.0.1:5001' };
    const made = await faces.call('POST', '/api/v1/runs', { token: token.runner, body });
    const { id } = (await made.json()) as { id: string };
    await faces.call('GET', '/stop', { token: token.admin });
    await faces.call('POST', '/api/v1/runs/none/stop', { token: token.runner });
    const [failed, stopped, created] = await record();
    expect(created).toMatchObject({ who: 'anna', role: 'runner', call: 'POST /api/v1/runs', status: 201 });
    expect(created).toMatchObject({ runId: id, users: 3 });
    expect(stopped).toMatchObject({ who: 'admin', role: 'admin', call: 'GET /stop', status: 200 });
    expect(failed).toMatchObject({ call: 'POST /api/v1/runs/none/stop', status: 404, runId: 'none' });
  });

  it('leaves out who only looks, and whom nobody let in', async () => {
    const before = await record();
    await faces.call('GET', '/api/v1/runs', { token: token.runner });
    await faces.call('POST', '/api/v1/runs', { token: 'viewer-token-1', body: {} });
    await faces.call('POST', '/api/v1/runs', { body: {} });
    expect(await record()).toEqual(before);
  });

  it('is for admins, and not endless', async () => {
    expect((await faces.call('GET', '/api/v1/audit', { token: token.runner })).status).toBe(403);
    expect((await faces.call('GET', '/api/v1/audit?limit=5000', { token: token.admin })).status).toBe(400);
  });
});

it('keeps a deletion in sight however many runs a schedule has had since', async () => {
  const { events } = new MemoryStore();
  const trail = new StoredAudit(events, new VirtualClock(), silentLogger);
  const call = 'DELETE /api/v1/runs/k3v9q2m1x7ab';
  trail.note({ who: 'admin', role: 'admin', address: '127.0.0.1', call, status: 204, runId: 'k3v9q2m1x7ab' });
  for (let count = 0; count < 1_200; count++) {
    await events.append({ atMs: count, runId: `run${count}`, kind: 'run.state', detail: { to: 'running' } });
  }
  expect(await trail.list(100)).toMatchObject([{ call, runId: 'k3v9q2m1x7ab' }]);
});
