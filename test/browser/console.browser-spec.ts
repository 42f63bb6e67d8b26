// The main job as a person does it: open the page, start a swarm, watch it, change it, stop it. Real master, workers
// and target; a real browser.
import type { RunView, StatsView } from '@loadstar/shared';
import type { Browser } from 'playwright-core';
import { eventually, pause } from '../support/eventually.js';
import { type Platform, startPlatform } from '../support/platform.js';
import { metric } from '../support/swarm.js';
import { launchBrowser, openPage, shownNumber, surplusWidth, type WatchedPage } from './browser.js';

jest.setTimeout(300_000);

let platform: Platform;
let browser: Browser;
let watched: WatchedPage;

/** Text of an element once it satisfies the claim; fails with what it showed last. */
function reads(testId: string, claim: RegExp): Promise<void> {
  return eventually(async () => expect(await watched.page.getByTestId(testId).first().textContent()).toMatch(claim));
}

/** Requests that the newest run has counted. */
async function requestsOf({ get }: Platform): Promise<number> {
  const [run] = await get<RunView[]>('/api/v1/runs');
  return (await get<StatsView>(`/api/v1/runs/${run?.id}/stats`)).total.requests;
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
    expect(before).not.toBeNaN();
    await eventually(async () => expect(Number((await total())?.replaceAll(',', ''))).toBeGreaterThan(before));
    await reads('statistics', /\/users\/\[id\]/);
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

  it('lets users stand still and go on, and not a request is sent meanwhile', async () => {
    const { page } = watched;
    /** What was counted, and what the target saw. */
    const requests = async () => [await requestsOf(platform), await metric(platform.targetUrl, 'app_requests_total')];
    await page.getByTestId('pause').click();
    await reads('run-state', /Paused/);
    await reads('events', /Paused\./);
    // What was on its way comes to its end, and then nothing moves, while 30 users would have sent 45 requests.
    let before: number[] = [];
    await eventually(async () => {
      before = await requests();
      await pause(3_000);
      expect(await requests()).toEqual(before);
    }, 90_000);
    expect(await shownNumber(page, 'users')).toBe(30);
    await page.getByTestId('pause').click();
    await reads('run-state', /Running/);
    await eventually(async () => {
      const now = await requests();
      now.forEach((count, of) => expect(count).toBeGreaterThan(before[of] ?? Infinity));
    });
    await reads('events', /Resumed\./);
  });

  it('tells every action as a curl command that does the same', async () => {
    const { page } = watched;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: platform.masterUrl });
    await page.getByTestId('curl-menu').locator('summary').click();
    await page.getByTestId('curl-stats').click();
    const command = await eventually(async () => {
      const text = await page.evaluate<string>('navigator.clipboard.readText()');
      expect(text).toMatch(/^curl http:\/\/127\.0\.0\.1:\d+\/api\/v1\/runs\/[^/]+\/stats$/);
      return text;
    });
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
    await page.locator('[data-testid=chart-heat] canvas').waitFor();
    await reads('chart-time', /Service/);
    await watched.screenshot('console-running');
  });

  it('shows the tasks of the scenario and whose logs there are', async () => {
    const { page } = watched;
    await page.getByTestId('view-tasks').click();
    await reads('tasks', /30 users/);
    // Planned beside real: what was begun, as it was counted.
    await reads('task-real', /really \d+(\.\d+)?% · \d+/);
    await page.getByTestId('view-logs').click();
    await page.getByRole('group', { name: 'Whose log' }).getByRole('button').first().waitFor();
  });

  it('shows checks and thresholds as they stand, while the test goes on', async () => {
    const { page } = watched;
    await page.getByTestId('view-checks').click();
    await reads('threshold-state', /Holds|Does not hold/);
    await reads('threshold', /request_failed: rate<0\.05/);
    const passed = page.locator('[data-testid=checks] tbody [data-column=passes]').first();
    const count = async () => Number(((await passed.textContent()) ?? '').replaceAll(',', ''));
    const before = await count();
    await eventually(async () => expect(await count()).toBeGreaterThan(before));
  });

  it('downloads the statistics as CSV', async () => {
    const { page } = watched;
    await page.getByTestId('view-download').click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByTestId('download-requests').click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/_stats\.csv$/);
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

  it('tells what happened in a run that is over', async () => {
    await watched.page.getByTestId('view-events').click();
    await reads('events', /Started on 2 workers\..*|Finished\./);
    await reads('events', /Load changed: 30 users/);
  });

  it('plans a load with an executor, shows it before it starts, and changes it while it runs', async () => {
    const { page } = watched;
    await page.goto(`${platform.masterUrl}/#/new`);
    await page.getByTestId('start-form').waitFor();
    await page.getByTestId('shape-@executor').check();
    await page.getByTestId('executor').selectOption('ramping-arrival-rate');
    await page.getByTestId('stages-input').fill('5s:10, soon');
    await page.getByTestId('start').click();
    await reads('stages-input-mistake', /"soon" is none/);
    await page.getByTestId('stages-input').fill('5s:10, 10s:10');
    await reads('plan-lines', /load: arrivals per 1s from 10: 10 for 5s/);
    await page.getByTestId('planned-curve').waitFor();
    await page.getByTestId('executor').selectOption('constant-arrival-rate');
    await page.getByTestId('rate-input').fill('5');
    // Only the server knows what this means together.
    await page.getByTestId('maxVUs-input').fill('1');
    await page.getByTestId('start').click();
    await reads('maxVUs-input-mistake', /at least preAllocatedVUs/i);
    await page.getByTestId('maxVUs-input').fill('50');
    await page.getByTestId('duration-input').fill('5m');
    await page.getByText('Advanced: seed, tags').click();
    await page.getByTestId('tags-input').fill('arrivals');
    await page.getByTestId('start').click();
    await state(/^running$/);
    await page.getByTestId('edit').click();
    await page.getByTestId('edit-load').fill('20');
    await page.getByTestId('edit-apply').click();
    await eventually(async () => expect(await shownNumber(page, 'rps')).toBeGreaterThan(12));
    await page.getByTestId('stop').click();
    // Whoever cannot wait interrupts what is under way.
    await page.getByTestId('stop-now').or(page.getByTestId('new-test')).first().click();
    await state(/^finished$/);
    // The mistake that only the server knew; and a "stop now" may come when all is over.
    watched.forgive(/the server responded with a status of (400|409)/);
  });

  it('shows what a shape plans before it starts', async () => {
    const { page } = watched;
    await page.goto(`${platform.masterUrl}/#/new`);
    await page.getByTestId('scenario-spike-load.ts').check();
    await reads('plan-words', /The shape SpikeShape decides, up to 200 users, for 10 minutes\./);
    await page.getByTestId('planned-curve').waitFor();
    await watched.screenshot('console-shape');
    await page.getByTestId('scenario-simple-load.ts').check();
  });

  it('keeps the last values for the next test', async () => {
    const { page } = watched;
    await page.goto(`${platform.masterUrl}/#/new`);
    await page.reload();
    await page.getByTestId('start-form').waitFor();
    expect(await page.getByTestId('host').inputValue()).toBe(platform.targetUrl);
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
    await eventually(async () => expect(await surplusWidth(phone.page)).toBeLessThanOrEqual(0));
    await phone.screenshot('console-phone');
    await phone.close();
  });

  it('had no error in its console and asked no other origin for anything', () => {
    expect(watched.errors).toEqual([]);
    expect(watched.strangers).toEqual([]);
  });
});
