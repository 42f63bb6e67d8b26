import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FaceHarness, openFaces } from '../testing/face-harness.js';

describe('the console files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'loadstar-console-'));
  let faces: FaceHarness;
  beforeAll(async () => {
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>console</title>');
    writeFileSync(join(folder, 'assets', 'main-abc123.js'), 'export {};');
    faces = await openFaces({ LOADSTAR_TOKENS: 'viewer:viewer-token-1' }, { consoleDir: folder });
  });
  afterAll(async () => {
    await faces.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('come without a token, because they hold nothing and have to ask for one', async () => {
    const page = await faces.call('GET', '/');
    expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-cache']);
    expect(await page.text()).toContain('<title>console</title>');
    expect((await faces.call('GET', '/api/v1/config')).status).toBe(401);
  });

  it('are kept for ever when their name tells their content', async () => {
    const script = await faces.call('GET', '/assets/main-abc123.js');
    expect([script.status, script.headers.get('cache-control')]).toEqual([200, expect.stringContaining('immutable')]);
    expect(script.headers.get('content-type')).toMatch('javascript');
  });

  it.each(['/assets/../../package.json', '/assets/%2e%2e/%2e%2e/package.json', '/assets/none.js'])(
    'are all there is: %s is not served',
    async (path) => {
      expect((await faces.call('GET', path)).status).toBe(401);
      expect((await faces.call('GET', path, { token: 'viewer-token-1' })).status).toBe(404);
    },
  );
});
