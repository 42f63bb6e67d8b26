// The main job as a person does it: open the page, start a swarm, watch it, change it, stop it. Real master, workers
// and target; a real browser.
import type { Browser } from 'playwright-core';
import { eventually } from '../support/eventually.js';
import { type Platform, startPlatform } from '../support/platform.js';
import { launchBrowser, openPage, shownNumber, type WatchedPage } from './browser.js';

jest.setTimeout(180_000);

let platform: Platform;
let browser: Browser;
let watched: WatchedPage;

/** Text of an element once it satisfies the claim; fails with what it showed last. */
function reads(testId: string, claim: RegExp): Promise<void> {
  return eventually(async () => expect(await watched.page.getByTestId(testId).first().textContent()).toMatch(claim));
}

function state(wanted: RegExp): Promise<void> {
  return eventually(async () =>
    expect(await watched.page.getByTestId('run-state').getAttribute('data-state')).toMatch(wanted),
  );
}

beforeAll(async () => {
  [platform, browser] = await Promise.all([startPlatform({ workers: 2 }), launchBrowser()]);
  watched = await openPage(browser, platform.masterUrl);
});

afterAll(async () => {
  await watched?.close();
  await browser?.close();
  await platform?.stop();
});

describe('the console', () => {
  it('opens on the start form, filled with the target, and shows every mistake at its field', async () => {
    const { page } = watched;
    await page.goto(platform.masterUrl);
    await page.getByTestId('start-form').waitFor();
    expect(await page.getByTestId('host').inputValue()).toBe(platform.targetUrl);
    await eventually(async () =>
      expect(await page.getByTestId('connection').getAttribute('data-connection')).toBe('live'),
    );

    await page.getByTestId('users-input').fill('-1');
    await page.getByTestId('spawn-rate-input').fill('x');
    await page.getByTestId('run-time-input').fill('1 day');
    await page.getByTestId('host').fill('localhost:5001');
    await page.getByTestId('start').click();
    await reads('users-input-mistake', /at least 1/);
    await reads('spawn-rate-input-mistake', /"x" is not a number/);
    await reads('run-time-input-mistake', /1h20m/);
    await reads('host-mistake', /http:\/\//);
    expect(await page.getByTestId('users-input').inputValue()).toBe('-1');
  });

  it('starts a swarm of 20 users and shows its numbers move', async () => {
    const { page } = watched;
    await page.getByTestId('host').fill(platform.targetUrl);
    await page.getByTestId('users-input').fill('20');
    await page.getByTestId('spawn-rate-input').fill('10');
    await page.getByTestId('run-time-input').fill('');
    await page.getByTestId('start').click();
    await state(/^running$/);
    await eventually(async () => expect(await shownNumber(page, 'users')).toBe(20));
    await eventually(async () => expect(await shownNumber(page, 'rps')).toBeGreaterThan(0));
    await eventually(async () => expect(await shownNumber(page, 'chart-users-users')).toBe(20));

    await page.getByTestId('view-statistics').click();
    const total = () => page.locator('[data-testid=statistics] tfoot [data-column=requests]').textContent();
    const before = Number((await total())?.replaceAll(',', ''));
    await eventually(async () => expect(Number((await total())?.replaceAll(',', ''))).toBeGreaterThan(before));
    expect(await page.getByTestId('statistics').textContent()).toContain('/users/[id]');
  });

  it('changes the load of the running test', async () => {
    const { page } = watched;
    await page.getByTestId('edit').click();
    await page.getByTestId('edit-users').fill('many');
    await page.getByTestId('edit-apply').click();
    await reads('edit-users-mistake', /"many" is not a number/);
    await page.getByTestId('edit-users').fill('30');
    await page.getByTestId('edit-apply').click();
    await eventually(async () => expect(await shownNumber(page, 'users')).toBe(30));
    await page.getByTestId('view-events').click();
    await reads('events', /Load changed: 30 users/);
  });

  it('tells every action as a curl command that does the same', async () => {
    const { page } = watched;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: platform.masterUrl });
    await page.getByTestId('curl-menu').locator('summary').click();
    await page.getByTestId('curl-stats').click();
    const command = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(command).toMatch(/^curl http:\/\/127\.0\.0\.1:\d+\/api\/v1\/runs\/[^/]+\/stats$/);
    const answer = await fetch(command.split(' ')[1] ?? '');
    expect(await answer.json()).toMatchObject({ state: 'running', targetUsers: 30 });
    await page.keyboard.press('Escape');
  });

  it('shows the workers with their share of the users', async () => {
    const { page } = watched;
    await page.getByTestId('view-workers').click();
    const users = page.locator('[data-testid=workers] tbody [data-column=users]');
    await eventually(async () => expect(await users.allTextContents()).toEqual(['15', '15']));
    await page.getByTestId('view-charts').click();
    await page.locator('[data-testid=chart-time] canvas').waitFor();
    await watched.screenshot('console-running');
  });

  it('shows the tasks of the scenario and whose logs there are', async () => {
    const { page } = watched;
    await page.getByTestId('view-tasks').click();
    await page.getByTestId('tasks').waitFor();
    expect(await page.getByTestId('tasks').textContent()).toMatch(/30 users/);
    await page.getByTestId('view-logs').click();
    await page.getByRole('group', { name: 'Whose log' }).getByRole('button').first().waitFor();
  });

  it('downloads the statistics as CSV', async () => {
    const { page } = watched;
    await page.getByTestId('view-download').click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByTestId('download-requests').click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/requests\.csv$/);
  });

  it('stops the swarm and says how it ended', async () => {
    const { page } = watched;
    await page.getByTestId('view-statistics').click();
    // By key, which asks first.
    await page.keyboard.press('s');
    await page.getByTestId('stop-yes').click();
    await state(/^finished$/);
    await reads('outcome', /The test is over/);
    await page.getByTestId('new-test').waitFor();
    await watched.screenshot('console-finished');
  });

  it('keeps the last values for the next test', async () => {
    const { page } = watched;
    await page.getByTestId('new-test').click();
    await page.getByTestId('start-form').waitFor();
    expect(await page.getByTestId('users-input').inputValue()).toBe('30');
  });

  it('is whole on a phone, in the dark', async () => {
    const phone = await openPage(browser, platform.masterUrl, {
      viewport: { width: 360, height: 740 },
      colorScheme: 'dark',
      isMobile: true,
      hasTouch: true,
    });
    await phone.page.goto(`${platform.masterUrl}/#/live/charts`);
    await phone.page.getByTestId('tiles').waitFor();
    const overflow = await phone.page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    await phone.screenshot('console-phone');
    await phone.close();
    expect(overflow).toBeLessThanOrEqual(0);
  });

  it('had no error in its console and asked no other origin for anything', () => {
    expect(watched.errors).toEqual([]);
    expect(watched.strangers).toEqual([]);
  });
});
