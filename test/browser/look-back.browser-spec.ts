// Looking back at runs as a person does it: find one, read it, compare two, run one again; by mouse and by keys, on
// every page without a barrier that axe knows. Real master, workers and target; a real browser.
import type { RunView, StatsView } from '@loadstar/shared';
import type { Browser } from 'playwright-core';
import { eventually } from '../support/eventually.js';
import { type Platform, startPlatform } from '../support/platform.js';
import { axeFinds } from './axe.js';
import { launchBrowser, openPage, shownNumber, surplusWidth, type WatchedPage } from './browser.js';

jest.setTimeout(300_000);

let platform: Platform;
let browser: Browser;
let watched: WatchedPage;
const runs: RunView[] = [];

/** A short run, seen to its end. */
async function shortRun(body: object): Promise<RunView> {
  const response = await fetch(`${platform.masterUrl}/api/v1/runs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ host: platform.targetUrl, runTimeSeconds: 3, spawnRate: 50, ...body }),
  });
  const { id } = (await response.json()) as RunView;
  return eventually(async () => {
    const run = await platform.get<RunView>(`/api/v1/runs/${id}`);
    if (run.endedAt === null) throw new Error(`the run is ${run.state}`);
    return run;
  }, 90_000);
}

async function show(hash: string, testId: string): Promise<void> {
  await watched.page.goto(`${platform.masterUrl}/${hash}`);
  await watched.page.getByTestId(testId).first().waitFor();
}

const idOf = (index: number) => runs[index]?.id ?? '';
const address = () => new URL(watched.page.url()).hash;

beforeAll(async () => {
  [platform, browser] = await Promise.all([startPlatform({ workers: 2 }), launchBrowser()]);
  // Without colours that are on their way from one to another while axe looks.
  watched = await openPage(browser, platform.masterUrl, { reducedMotion: 'reduce' });
  runs.push(
    await shortRun({ users: 6, seed: 'first' }),
    await shortRun({ users: 12, seed: 'second' }),
    await shortRun({ users: 3, seed: 'third', runTimeSeconds: 2 }),
  );
});

afterAll(async () => {
  await watched?.close();
  await browser?.close();
  await platform?.stop();
});

describe('looking back', () => {
  it('lists all runs, newest first, with their numbers, and finds them by words', async () => {
    const { page } = watched;
    await show('#/runs', 'runs');
    const users = page.locator('[data-testid=runs] tbody [data-column=users]');
    await eventually(async () => expect(await users.allTextContents()).toEqual(['3', '12', '6']));
    const stats = await platform.get<StatsView>(`/api/v1/runs/${idOf(1)}/stats`);
    const requests = page.locator('[data-testid=runs] tbody [data-column=requests]').nth(1);
    await eventually(async () => expect(await requests.textContent()).toBe(String(stats.total.requests)));
    await page.getByTestId('filter').fill(idOf(0));
    await eventually(async () => expect(await users.allTextContents()).toEqual(['6']));
    expect(address()).toBe(`#/runs?q=${idOf(0)}`);
    await page.getByTestId('filter').fill('nowhere-to-be-found');
    await eventually(async () => expect(await page.getByTestId('runs').textContent()).toContain('No run matches'));
  });

  it('shows a run that is over with the numbers of the API, by a link of its own', async () => {
    const { page } = watched;
    await show(`#/runs/${idOf(0)}/statistics`, 'statistics');
    const { total } = await platform.get<StatsView>(`/api/v1/runs/${idOf(0)}/stats`);
    const cell = page.locator('[data-testid=statistics] tfoot [data-column=requests]');
    expect(Number(await cell.textContent())).toBe(total.requests);
    expect(await shownNumber(page, 'users')).toBe(6);
    await page.getByTestId('view-checks').click();
    await page.getByTestId('threshold-state').first().waitFor();
    expect(await page.getByTestId('threshold-state').first().textContent()).toMatch(/Passed|Failed/);
    await page.getByTestId('view-workers').click();
    await eventually(async () =>
      expect(await page.locator('[data-testid=workers] tbody tr').count()).toBe(platform.workers.length),
    );
    await page.getByTestId('view-charts').click();
    await page.getByTestId('chart-percentiles').waitFor();
    await watched.screenshot('console-past-run');
  });

  it('remembers which columns somebody wants', async () => {
    const { page } = watched;
    await show(`#/runs/${idOf(0)}/statistics`, 'statistics');
    await page.getByTestId('columns').locator('summary').click();
    await page.getByTestId('columns').getByLabel('Size').uncheck();
    await page.reload();
    await page.getByTestId('statistics').waitFor();
    expect(await page.locator('[data-testid=statistics] tbody [data-column=averageBytes]').count()).toBe(0);
  });

  it('takes notes and tags, and finds a run by them', async () => {
    const { page } = watched;
    await show(`#/runs/${idOf(1)}/events`, 'notes');
    expect(await page.getByTestId('events').textContent()).toMatch(/Started on 2 workers\./);
    await page.getByTestId('notes').fill('After the new index');
    await page.getByTestId('tags').fill('nightly, v2');
    // Good news leaves by itself, so somebody has to look when it comes.
    await Promise.all([
      page.getByTestId('toasts').getByText('Saved').waitFor(),
      page.getByRole('button', { name: 'Save' }).click(),
    ]);
    await show('#/runs?q=tag:nightly', 'runs');
    const users = page.locator('[data-testid=runs] tbody [data-column=users]');
    await eventually(async () => expect(await users.allTextContents()).toEqual(['12']));
    expect(await page.getByTestId('runs').textContent()).toContain('After the new index');
  });

  it('sets three runs side by side', async () => {
    const { page } = watched;
    await show('#/runs', 'runs');
    for (const { id } of runs) await page.getByTestId(`choose-${id}`).check();
    await page.getByTestId('compare').click();
    await page.getByTestId('comparison').waitFor();
    expect(address()).toBe(`#/compare/${runs.map(({ id }) => id).join('/')}`);
    expect(await page.locator('.side').count()).toBe(3);
    const totals = await Promise.all(
      runs.map(async ({ id }) => (await platform.get<StatsView>(`/api/v1/runs/${id}/stats`)).total.requests),
    );
    const texts = await page.locator('[data-testid=comparison] tfoot td').allTextContents();
    expect(texts.slice(1, 4).map((text) => text.split(' ')[0])).toEqual(totals.map(String));
  });

  it('sets two runs side by side', async () => {
    const { page } = watched;
    await show('#/runs', 'runs');
    for (const { id } of runs.slice(0, 2)) await page.getByTestId(`choose-${id}`).check();
    await page.getByTestId('compare').click();
    await page.getByTestId('comparison').waitFor();
    expect(address()).toBe(`#/compare/${idOf(0)}/${idOf(1)}`);
    const totals = await Promise.all(
      runs
        .slice(0, 2)
        .map(async ({ id }) => (await platform.get<StatsView>(`/api/v1/runs/${id}/stats`)).total.requests),
    );
    const shown = page.locator('[data-testid=comparison] tfoot td');
    const texts = await shown.allTextContents();
    expect(texts.slice(1, 3)).toEqual(totals.map(String));
    // Whether the difference is more than chance, in words and with effect and interval for every name.
    await page.getByTestId('comparison-verdict').waitFor();
    expect(await page.getByTestId('comparison-verdict').textContent()).toMatch(
      /B against A: (no change|regression|improvement|not comparable)\./,
    );
    const rows = page.locator('[data-testid=effects] tbody tr');
    await eventually(async () => expect(await rows.count()).toBeGreaterThan(0));
    await watched.screenshot('console-compare');
  });

  it('fills the form from a past run, and starts it once more', async () => {
    const { page } = watched;
    await show(`#/runs/${idOf(0)}/charts`, 'clone');
    await page.getByTestId('clone').click();
    await page.getByTestId('start-form').waitFor();
    expect(await page.getByTestId('users-input').inputValue()).toBe('6');
    expect(await page.getByTestId('seed-input').inputValue()).toBe('first');
    expect(await page.getByTestId('host').inputValue()).toBe(platform.targetUrl);
  });

  it('shows what only the master can know to be wrong at its field too', async () => {
    const { page } = watched;
    await show('#/new', 'start-form');
    await page.getByTestId('host').fill('http://169.254.169.254/');
    await page.getByTestId('start').click();
    await page.getByTestId('host-mistake').waitFor();
    expect(await page.getByTestId('host-mistake').textContent()).toMatch(/metadata/);
    expect(await page.getByTestId('host').inputValue()).toBe('http://169.254.169.254/');
    // The browser reports the answers 400 and 404 as errors of its own.
    watched.forgive(/status of 4\d\d .*\/api\/v1\/runs(\/plan)?$/);
  });

  it('saves the form under a name and recalls it after the page was left', async () => {
    const { page } = watched;
    await show('#/new', 'start-form');
    await page.getByTestId('users-input').fill('77');
    await page.getByTestId('profile-name').fill('Big');
    await page.getByTestId('profile-save').click();
    await page.reload();
    await page.getByTestId('profile-Big').click();
    expect(await page.getByTestId('users-input').inputValue()).toBe('77');
  });

  it('downloads a past run in every format that there is', async () => {
    const { page } = watched;
    await show(`#/runs/${idOf(0)}/download`, 'downloads');
    for (const [what, name] of [
      ['html', /\.html$/],
      ['json', /\.json$/],
      ['requests', /_stats\.csv$/],
      ['failures', /_failures\.csv$/],
      ['exceptions', /_exceptions\.csv$/],
      ['history', /_stats_history\.csv$/],
      ['junit', /\.xml$/],
      ['markdown', /\.md$/],
      ['text', /\.txt$/],
      ['hlog', /\.hlog$/],
      ['series', /series\.json$/],
    ] as const) {
      // A browser asks its reader when a page has handed over ten files in a row; a page that was loaded anew has none.
      if (what === 'junit') await page.reload();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByTestId(`download-${what}`).click(),
      ]);
      expect(download.suggestedFilename()).toMatch(name);
    }
  });

  it('offers the same of every run in the list', async () => {
    const { page } = watched;
    await show('#/runs', 'runs');
    await page.getByTestId(`fetch-${idOf(1)}`).click();
    const dialog = page.getByTestId('download-dialog');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByTestId('download-markdown').click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/\.md$/);
    expect(await axeFinds(page)).toEqual([]);
    await page.keyboard.press('Escape');
  });

  it('is driven by keys, which can be turned off', async () => {
    const { page } = watched;
    await show('#/live/charts', 'tiles');
    await page.keyboard.press('?');
    await page.getByTestId('help').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press(']');
    await eventually(() => expect(address()).toBe('#/live/statistics'));
    await page.getByTestId('filter').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('nr?');
    expect(await page.getByTestId('filter').inputValue()).toBe('nr?');
    await page.getByTestId('filter').blur();
    await page.keyboard.press('r');
    await eventually(() => expect(address()).toBe('#/runs'));
    await page.keyboard.press('n');
    await eventually(() => expect(address()).toBe('#/new'));
    await page.getByTestId('help-button').click();
    await page.getByLabel('Single keys act').uncheck();
    await page.keyboard.press('Escape');
    await page.keyboard.press('r');
    expect(address()).toBe('#/new');
    await page.getByTestId('help-button').click();
    await page.getByLabel('Single keys act').check();
    await page.keyboard.press('Escape');
  });

  it('says what is wrong with a link to a run that is not there', async () => {
    await show('#/runs/no-such-run/charts', 'problem');
    expect(await watched.page.getByTestId('problem').textContent()).toMatch(/no-such-run/);
    // One of each of the calls that read a run.
    watched.forgive(/status of 404 .*\/api\/v1\/runs\/no-such-run/);
  });
});

describe('axe', () => {
  const pages: [string, string][] = [
    ['#/new', 'start-form'],
    ['#/runs', 'runs'],
    ...[
      'charts',
      'statistics',
      'failures',
      'exceptions',
      'checks',
      'workers',
      'tasks',
      'events',
      'logs',
      'download',
    ].map((view): [string, string] => [`#/live/${view}`, 'tiles']),
  ];

  // The scheme changes colours alone, so in the dark only what is about colours is looked at again.
  it.each([
    ['light', 'all'],
    ['dark', 'colours'],
  ] as const)('finds nothing on any page in the %s', async (colorScheme, rules) => {
    const { page } = watched;
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const found: string[] = [];
    const compare: [string, string] = [`#/compare/${idOf(0)}/${idOf(1)}`, 'comparison'];
    const past = ['charts', 'checks', 'tasks', 'download'].map(
      (view) => [`#/runs/${idOf(0)}/${view}`, 'run-head'] as const,
    );
    for (const [hash, testId] of [...pages, compare, ...past]) {
      await show(hash, testId);
      if (hash.startsWith('#/compare')) await page.getByTestId('effects').waitFor();
      found.push(...(await axeFinds(page, rules)).map((line) => `${hash} ${line}`));
    }
    await page.getByTestId('help-button').click();
    found.push(...(await axeFinds(page, rules)).map((line) => `help ${line}`));
    await page.keyboard.press('Escape');
    await show('#/new', 'start-form');
    for (const field of ['users-input', 'host']) await page.getByTestId(field).fill('x');
    await page.getByTestId('start').click();
    await page.getByTestId('host-mistake').waitFor();
    found.push(...(await axeFinds(page, rules)).map((line) => `mistakes ${line}`));
    expect(found).toEqual([]);
  });

  it.each([
    [360, 740],
    [3840, 2160],
  ])('no page is wider than a screen of %i pixels', async (width, height) => {
    const { page } = watched;
    await page.setViewportSize({ width, height });
    const wide: string[] = [];
    for (const [hash, testId] of [
      ...pages,
      [`#/runs/${idOf(0)}/statistics`, 'run-head'] as const,
      [`#/compare/${idOf(0)}/${idOf(1)}`, 'effects'] as const,
    ]) {
      await show(hash, testId);
      // Charts follow the size of the screen a moment later.
      await eventually(async () => expect(await surplusWidth(page)).toBeLessThanOrEqual(0), 10_000).catch(
        async () => void wide.push(`${hash}: ${await surplusWidth(page)} px`),
      );
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    expect(wide).toEqual([]);
  });
});

describe('tests that begin later', () => {
  it('lets a test wait for its turn, says where it stands, and takes it out again', async () => {
    const { page } = watched;
    await show('#/new', 'start-form');
    await page.getByTestId('host').fill(platform.targetUrl);
    await page.getByTestId('when-queue').check();
    await page.getByTestId('priority-input').fill('1000');
    await page.getByTestId('start').click();
    await page.getByTestId('priority-input-mistake').waitFor();
    await page.getByTestId('priority-input').fill('7');
    // No turn for an hour, so that it is still there to be looked at.
    await page.getByTestId('delaySeconds-input').fill('1h');
    await page.getByTestId('start').click();
    await page.getByTestId('queue').waitFor();
    expect(await page.getByTestId('queue').textContent()).toMatch(/priority 7.*not before/);
    await page.getByTestId('queue').getByRole('button', { name: 'Hold' }).click();
    await page.getByTestId('queue-held').getByRole('button', { name: 'Release' }).click();
    await page.getByTestId('queue').getByRole('button', { name: 'Hold' }).waitFor();
    await page.getByTestId('queue').getByRole('button', { name: 'Take out' }).click();
    await eventually(async () => expect(await page.getByTestId('queue').count()).toBe(0));
  });

  it('sets a test on a schedule, shows when it comes next, and ends it', async () => {
    const { page } = watched;
    await show('#/new', 'start-form');
    await page.getByTestId('host').fill(platform.targetUrl);
    await page.getByTestId('when-schedule').check();
    await page.getByTestId('name-input').fill('Nightly');
    for (const [cron, claim] of [
      ['every night', /2 fields/],
      ['99 3 * * *', /./],
    ] as const) {
      await page.getByTestId('cron-input').fill(cron);
      await page.getByTestId('start').click();
      await page.getByTestId('cron-input-mistake').waitFor();
      expect(await page.getByTestId('cron-input-mistake').textContent()).toMatch(claim);
    }
    await page.getByTestId('cron-input').fill('0 3 * * *');
    await page.getByTestId('start').click();
    await page.getByTestId('schedules').waitFor();
    expect(await page.getByTestId('schedules').textContent()).toMatch(/Nightly.*next/);
    await page.getByTestId('schedules').getByRole('button', { name: 'End it' }).click();
    await eventually(async () => expect(await page.getByTestId('schedules').count()).toBe(0));
    watched.forgive(/status of 400 .*\/api\/v1\/schedules$/);
  });
});

describe('the pages of the past', () => {
  it('let a run be deleted, after asking', async () => {
    const { page } = watched;
    await show(`#/runs/${idOf(0)}/charts`, 'delete');
    await page.getByTestId('delete').click();
    await page.getByTestId('delete-yes').click();
    await page.getByTestId('runs').waitFor();
    await eventually(async () => expect(await page.getByTestId(`open-${idOf(0)}`).count()).toBe(0));
  });

  it('had no error in their console and asked no other origin for anything', () => {
    expect(watched.errors).toEqual([]);
    expect(watched.strangers).toEqual([]);
  });
});
