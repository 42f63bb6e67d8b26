import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { certificate } from '../http/testing/certificate.js';
import { PoolScene, problemOf } from './testing/watched-pool.js';

jest.setTimeout(60_000);

let scene: PoolScene;
beforeAll(async () => (scene = await PoolScene.create()));
afterEach(() => scene.closePools());
afterAll(() => scene.dispose());

const server = createServer(certificate, (_request, response) => response.end('hello'));
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));

const scenario = (tls: string): string => `
  import { HttpUser, User, task } from 'loadstar';
  const ask = async ({ http }) => {
    const res = await http.get('/hook');
    if (!res.ok) throw new Error(res.error);
    return res.text();
  };
  export const setup = ask;
  export const teardown = (data, context) => ask(context);
  export class Other extends User { @task work() {} }
  export class Fresh extends HttpUser { static keepAlive = false; @task work() {} }
  export class Secure extends HttpUser { ${tls} @task work() {} }`;

describe('setup and teardown', () => {
  it('reach the target as the users of the run do, with their TLS settings', async () => {
    const host = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { pool } = scene.poolOf({ engines: 1 });
    await pool.prepare({
      plan: scene.runOf({ host }),
      code: await scene.scenario(scenario('static tls = { insecure: true };')),
    });
    expect(await pool.setup()).toBe('hello');
    await pool.teardown();
  });

  it('verify certificates when no class of the run says otherwise', async () => {
    const host = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const code = await scene.scenario(scenario('static tls = { insecure: true };'));
    const { pool } = scene.poolOf({ engines: 1 });
    await pool.prepare({ plan: scene.runOf({ host, userClasses: ['Other'] }), code });
    expect((await problemOf(pool.setup())).message).toContain('SELF_SIGNED');
  });
});
