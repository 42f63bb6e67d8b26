// What the console does when things go wrong while somebody watches: the master falls silent, is killed and comes back;
// a token is missing or too weak; every field is filled with nonsense. Real processes; a real browser.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunView, SeriesPoint, StatsView } from '@loadstar/shared';
import type { Browser } from 'playwright-core';
import { type AppHandle, repository, startApp } from '../support/apps.js';
import { eventually, pause } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { type Platform, startPlatform } from '../support/platform.js';
import { launchBrowser, openPage, shownNumber, type WatchedPage } from './browser.js';

jest.setTimeout(300_000);

let browser: Browser;
let watched: WatchedPage;
const dataDir = mkdtempSync(join(tmpdir(), 'loadstar-console-'));
const apps: AppHandle[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  for (const app of apps) await app.end('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

async function textOf(testId: string): Promise<string> {
  return (await watched.page.getByTestId(testId).first().textContent()) ?? '';
}

function connection(wanted: RegExp): Promise<void> {
  return eventually(async () =>
    expect(await watched.page.getByTestId('connection').getAttribute('data-connection')).toMatch(wanted),
  );
}

describe('a master that is gone for a while', () => {
  let platform: Platform;
  let back: AppHandle | undefined;

  beforeAll(async () => {
    // One of those that nobody is given while the master is away.
    const port = String(await freePort());
    platform = await startPlatform({ workers: 1, master: { LOADSTAR_DATA_DIR: dataDir, LOADSTAR_PORT: port } });
    watched = await openPage(browser, platform.masterUrl);
  });
  afterAll(async () => {
    await watched?.close();
    await back?.end();
    await platform?.stop();
  });

  const latest = async () => (await platform.get<RunView[]>('/api/v1/runs'))[0];

  it('is said to be silent while it hangs, and the numbers are right again afterwards', async () => {
    const { page } = watched;
    await page.goto(platform.masterUrl);
    await page.getByTestId('start-form').waitFor();
    await page.getByTestId('host').fill(platform.targetUrl);
    await page.getByTestId('users-input').fill('10');
    await page.getByTestId('spawn-rate-input').fill('10');
    await page.getByTestId('start').click();
    await eventually(async () => expect(await shownNumber(page, 'users')).toBe(10));
    platform.master.process.kill('SIGSTOP');
    await connection(/stalled|reconnecting/);
    expect(await textOf('connection')).toMatch(/No news|lost/);
    platform.master.process.kill('SIGCONT');
    await connection(/live/);
    const run = await latest();
    await eventually(async () => {
      const { total } = await platform.get<StatsView>(`/api/v1/runs/${run?.id}/stats`);
      expect(total.requests).toBeGreaterThan(10);
    });
  });

  it('is said to be lost when it was killed; the page heals by itself and shows what the new master knows', async () => {
    const { page } = watched;
    await platform.master.end('SIGKILL');
    await connection(/reconnecting/);
    expect(await textOf('connection')).toMatch(/Connection lost/);
    // What was measured stays in view meanwhile.
    expect(await page.getByTestId('tiles').isVisible()).toBe(true);
    await page.getByTestId('stop').click();
    await eventually(async () => expect(await textOf('toasts')).toMatch(/server does not answer/));
    // A master that is back sooner than the page calls a silence one (3.5 s) leaves no mark.
    await pause(4_000);

    back = await startApp('master', {
      LOADSTAR_PORT: new URL(platform.masterUrl).port,
      LOADSTAR_JOIN_TOKEN: 'test-join-token',
      LOADSTAR_DATA_DIR: dataDir,
      LOADSTAR_SCENARIOS_DIR: join(repository, 'scenarios'),
      LOCUST_HOST: platform.targetUrl,
    });
    await connection(/live/);
    await platform.expectWorkers(1);
    await eventually(async () => {
      const state = (await latest())?.state ?? 'ready';
      expect(await page.getByTestId('run-state').getAttribute('data-state')).toBe(state);
    });
    const run = await latest();
    if (!run) throw new Error('the master has forgotten its run');
    // What nobody counted second by second is a gap, and that the page was away is one of the marks.
    await eventually(async () => {
      const points = await platform.get<SeriesPoint[]>(`/api/v1/runs/${run.id}/series`);
      expect(points.some(({ gap }) => gap)).toBe(true);
    });
    await page.getByTestId('view-events').click();
    await eventually(async () => expect(await textOf('events')).toMatch(/This page heard nothing for/));
    // The run is brought to its end, and page and API agree on every request.
    await fetch(`${platform.masterUrl}/api/v1/runs/${run.id}/stop`, { method: 'POST' });
    await eventually(async () => expect((await latest())?.endedAt).not.toBeNull());
    const { total } = await platform.get<StatsView>(`/api/v1/runs/${run.id}/stats`);
    await page.getByTestId('view-statistics').click();
    const cell = page.locator('[data-testid=statistics] tfoot [data-column=requests]');
    await eventually(async () => expect(Number((await cell.textContent())?.replaceAll(',', ''))).toBe(total.requests));
  });
});

describe('a platform with tokens', () => {
  const tokens = { viewer: 'viewer-token-0123456789', runner: 'runner-token-0123456789' };
  let master: AppHandle;

  beforeAll(async () => {
    master = await startApp('master', {
      LOADSTAR_PORT: '0',
      LOADSTAR_JOIN_TOKEN: 'test-join-token',
      LOADSTAR_DATA_DIR: join(dataDir, 'tokens'),
      LOADSTAR_SCENARIOS_DIR: join(repository, 'scenarios'),
      LOADSTAR_TOKENS: `viewer:${tokens.viewer},runner:${tokens.runner}`,
    });
    apps.push(master);
    watched = await openPage(browser, master.url);
  });
  afterAll(() => watched?.close());

  const giveToken = async (value: string) => {
    await watched.page.getByTestId('token-value').fill(value);
    await watched.page.getByRole('button', { name: 'Use this token' }).click();
  };

  it('asks for a token, and asks again for one that is not known', async () => {
    const { page } = watched;
    await page.goto(master.url);
    await page.getByTestId('token-value').waitFor();
    await giveToken('nobody-knows-this-one');
    await page.getByTestId('token-value').waitFor();
    await eventually(async () => expect(await page.getByTestId('token-value').inputValue()).toBe(''));
    await giveToken(tokens.viewer);
    await connection(/live/);
    await page.getByTestId('start-form').waitFor();
    expect(await textOf('who')).toMatch(/viewer/);
  });

  it('explains to a viewer what is missing, and keeps what was typed when another token is used', async () => {
    const { page } = watched;
    await page.getByTestId('users-input').fill('123');
    expect(await textOf('role-note')).toBe('You are signed in as viewer. Starting a test needs the role runner.');
    expect(await page.getByTestId('start').isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Use another token' }).click();
    await giveToken(tokens.runner);
    await eventually(async () => expect(await textOf('who')).toMatch(/runner/));
    expect(await page.getByTestId('start').isDisabled()).toBe(false);
    expect(await page.getByTestId('users-input').inputValue()).toBe('123');
  });

  it('shows a refusal of the server in words, and keeps what was typed', async () => {
    const { page } = watched;
    await page.getByTestId('no-workers').waitFor();
    await page.getByTestId('start').click();
    await eventually(async () => expect(await textOf('problem')).toMatch(/worker/i));
    expect(await page.getByTestId('users-input').inputValue()).toBe('123');
  });

  // Each is nonsense to one field; what is expected is a word that only an explanation of that field has.
  it.each([
    ['users-input', '', /how many users/],
    ['users-input', '0', /at least 1/],
    ['users-input', '1.5', /whole number/],
    ['users-input', '1,000', /two ways/],
    ['users-input', '1e99', /at most/],
    ['users-input', 'viele', /not a number/],
    ['spawn-rate-input', '', /how many users per second/],
    ['spawn-rate-input', '0', /more than 0/],
    ['spawn-rate-input', '-3', /more than 0/],
    ['spawn-rate-input', 'NaN', /not a number/],
    ['run-time-input', '-5', /20s, 3m/],
    ['run-time-input', '1 day', /20s, 3m/],
    ['run-time-input', '0', /one second/],
    ['host', '', /which system/],
    ['host', 'shop.example', /Begin with http/],
    ['host', 'ftp://shop.example', /Only http/],
    ['host', 'http://', /address|host name/],
  ])('says at the field %s what is wrong with "%s"', async (field, text, claim) => {
    const { page } = watched;
    for (const [name, value] of Object.entries({
      'users-input': '5',
      'spawn-rate-input': '1',
      'run-time-input': '',
      host: 'http://127.0.0.1:9',
    })) {
      await page.getByTestId(name).fill(value);
    }
    await page.getByTestId(field).fill(text);
    await page.getByTestId('start').click();
    const said = page.getByTestId(`${field}-mistake`).first();
    await said.waitFor();
    expect(await said.textContent()).toMatch(claim);
    expect(await page.getByTestId(field).inputValue()).toBe(text);
  });
});
