// What a scenario declares and what a search finds, from the form to the page of the run and back into the form. Real
// master, workers and target; a real browser.
import type { RunView } from '@loadstar/shared';
import type { Browser } from 'playwright-core';
import { eventually } from '../support/eventually.js';
import { type Platform, startPlatform } from '../support/platform.js';
import { axeFinds } from './axe.js';
import { launchBrowser, openPage, type WatchedPage } from './browser.js';

jest.setTimeout(300_000);

let platform: Platform;
let browser: Browser;
let watched: WatchedPage;

async function show(hash: string, testId: string): Promise<void> {
  await watched.page.goto(`${platform.masterUrl}/${hash}`);
  await watched.page.getByTestId(testId).first().waitFor();
}

/** The newest run, once it is over. */
function ended(scenario: string): Promise<RunView> {
  return eventually(async () => {
    const [latest] = await platform.get<RunView[]>('/api/v1/runs');
    if (latest?.scenario !== scenario || latest.endedAt === null) throw new Error('the run is not over yet');
    return latest;
  }, 120_000);
}

beforeAll(async () => {
  [platform, browser] = await Promise.all([startPlatform({ workers: 1 }), launchBrowser()]);
  // Without colours that are on their way from one to another while axe looks.
  watched = await openPage(browser, platform.masterUrl, { reducedMotion: 'reduce' });
});

afterAll(async () => {
  await watched?.close();
  await browser?.close();
  await platform?.stop();
});

describe('what a run is given and what it finds', () => {
  it('takes the parameters that a file declares, says what is wrong with one, and keeps them for the next time', async () => {
    const { page } = watched;
    await show('#/new', 'start-form');
    await page.getByTestId('scenario-arrival-rate.ts').check();
    await page.getByTestId('host').fill(platform.targetUrl);
    await page.getByTestId('param-highestId').fill('0');
    await page.getByTestId('start').click();
    await page.getByTestId('param-highestId-mistake').waitFor();
    expect(await page.getByTestId('param-highestId-mistake').textContent()).toMatch(/at least 1/);
    await page.getByTestId('param-highestId').fill('3');
    await page.getByTestId('run-time-input').fill('4s');
    await page.getByTestId('start').click();
    await page.getByTestId('tiles').waitFor();
    const run = await ended('arrival-rate.ts');
    expect(run.parameters).toEqual({ highestId: 3 });
    await show(`#/new?from=${run.id}`, 'start-form');
    expect(await page.getByTestId('param-highestId').inputValue()).toBe('3');
    expect(await page.getByTestId('shape-@file').isChecked()).toBe(true);
  });

  it('shows a search for the capacity, and clones it with the fields that it was typed with', async () => {
    const { page } = watched;
    const search = { executor: 'find-capacity', startRate: 20, maxRate: 40, stepDuration: 3, coolDown: 0, maxSteps: 2 };
    await fetch(`${platform.masterUrl}/api/v1/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        host: platform.targetUrl,
        scenarios: { load: { ...search, preAllocatedVUs: 20, maxVUs: 50 } },
      }),
    });
    const { id } = await ended('simple-load.ts');
    await show(`#/runs/${id}/capacity`, 'capacity-throughput');
    await page.getByTestId('capacity-time').waitFor();
    expect(await page.getByTestId('capacity').textContent()).toMatch(/per second/);
    expect(await page.locator('[data-testid=capacity-steps] tbody tr').count()).toBeGreaterThan(0);
    expect(await axeFinds(page)).toEqual([]);
    await show(`#/new?from=${id}`, 'start-form');
    expect(await page.getByTestId('executor').inputValue()).toBe('find-capacity');
    expect(await page.getByTestId('maxRate-input').inputValue()).toBe('40');
    expect(await page.getByTestId('stepDuration-input').inputValue()).toBe('3s');
  });

  it('has no error in its console and asks no other origin for anything', () => {
    expect(watched.errors).toEqual([]);
    expect(watched.strangers).toEqual([]);
  });
});
