/**
 * F3 master killed and back, in other ways: after a worker has left for good, whose numbers nobody can ask for again; and
 * as `npm start` does it, with all defaults.
 *
 * Seen red: with a journal that answers at once and commits two seconds later, what the worker that left had done is lost, and
 * the run says so. With one that only answers before it commits it stays green: a worker needs longer to end than a commit.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunView } from '@loadstar/shared';
import { loadstar } from '../support/command.js';
import { eventually, pause } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { checkIdentity, type WitnessAccount } from '../support/fault/identity.js';
import { ratePerUser, scene } from '../support/fault/scene.js';
import { expectUnbroken } from '../support/fault/unbroken.js';

jest.setTimeout(180_000);

it('F3: the numbers of a worker that left for good survive the master that took them', async () => {
  await scene({ name: 'F3-left', workers: 2 }, async (stage) => {
    const { id } = await stage.load({ users: 20, runTimeSeconds: 12 });
    await stage.at(stage.draw(3, 5));
    // It ends by itself once its last numbers are confirmed, and nobody can ask it again.
    expect(await stage.worker(1).app.end('SIGTERM')).toMatchObject({ code: 0 });
    await stage.faults.kill(stage.master);
    await stage.startMaster();
    const run = await stage.ended(id);
    expect(run).toMatchObject({ state: 'finished', unreportedAtMost: 0 });
    await stage.expectIdentity(id, { lost: 0, dup: 0, phantom: 0 });
  });
});

it('F3: `npm start` brings a killed master back by itself, on its data and with its fleet', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'loadstar-fault-start-'));
  const [port, targetPort] = [await freePort(), await freePort()];
  const [users, seconds] = [8, 14];
  const platform = loadstar(
    ['start', '--port', String(port), '--target-port', String(targetPort), '--workers', '2', '--engines', '1'],
    {
      LOADSTAR_DATA_DIR: join(folder, 'master'),
      LOADSTAR_WORKER_DATA_DIR: join(folder, 'worker'),
      LOADSTAR_SCENARIOS_DIR: join(__dirname, 'scenarios'),
      LOADSTAR_SCENARIO: 'steady.ts',
      LOADSTAR_IDENTIFY: '1',
      TARGET_WITNESS: '1',
      TARGET_LOG_REQUESTS: '0',
      TARGET_WELCOME_DELAY_MS: '50',
    },
  );
  let said = '';
  platform.process.stdout?.on('data', (chunk) => (said += String(chunk)));
  const ask = async <T>(path: string, body?: object): Promise<T> => {
    const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`, body ? json : {});
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
  try {
    await platform.says('Ready:');
    await eventually(async () => expect(await ask<unknown[]>('workers')).toHaveLength(2));
    const host = `http://127.0.0.1:${targetPort}`;
    const { id } = await ask<RunView>('runs', { users, spawnRate: 100, runTimeSeconds: seconds, host });
    await pause(4_000);
    process.kill(Number(/master +ready \(pid (\d+)\)/.exec(said)?.[1]), 'SIGKILL');
    await platform.says(/master +restarted/);
    const run = await eventually(async () => {
      const view = await ask<RunView>(`runs/${id}`);
      expect(view.state).toBe('finished');
      return view;
    }, 60_000);
    const witness = (await (await fetch(`${host}/witness/${id}`)).json()) as WitnessAccount;
    const { total } = await ask<{ total: { requests: number } }>(`runs/${id}/summary`);
    const { unreportedAtMost } = run;
    const account = { requests: total.requests, unsent: 0, unreportedAtMost };
    expect(checkIdentity(witness, account, { lost: 0, dup: 0, phantom: 0 })).toEqual([]);
    expectUnbroken(witness, { rate: users * ratePerUser, seconds });
    expect((await ask<RunView[]>('runs')).map((each) => each.id)).toEqual([id]);
  } finally {
    platform.process.kill('SIGINT');
    await platform.result;
    rmSync(folder, { recursive: true, force: true });
  }
});
