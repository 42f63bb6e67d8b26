// Takes the pictures of docs/images from a real swarm, in about five minutes. No test: run it when the console looks
// different, and look at what it took.
//
//   npx jest --testRegex 'docs-images\.shoot\.ts$'
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RunView, ScenarioView } from '@loadstar/shared';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { repository } from '../support/apps.js';
import { eventually, pause } from '../support/eventually.js';
import { startPlatform } from '../support/platform.js';
import { launchBrowser, openPage } from './browser.js';

const folder = join(repository, 'docs/images');

it('takes the pictures', async () => {
  mkdirSync(folder, { recursive: true });
  const [platform, browser] = await Promise.all([startPlatform({ workers: 2 }), launchBrowser()]);
  const call = async (method: string, path: string, body?: object): Promise<RunView> => {
    const headers = { 'content-type': 'application/json' };
    const init = body ? { method, headers, body: JSON.stringify(body) } : { method };
    return (await (await fetch(`${platform.masterUrl}/api/v1/runs${path}`, init)).json()) as RunView;
  };
  const shoot = async (
    name: string,
    hash: string,
    testId: string,
    options: BrowserContextOptions = {},
    act: (page: Page) => Promise<void> = () => Promise.resolve(),
  ) => {
    const { page, close } = await openPage(browser, platform.masterUrl, {
      viewport: { width: 1280, height: 800 },
      ...options,
    });
    await page.goto(`${platform.masterUrl}/${hash}`);
    await page.getByTestId(testId).first().waitFor();
    await act(page);
    await pause(2500);
    await page.screenshot({ path: join(folder, `console-${name}.png`) });
    await close();
  };
  const ended = (id: string) =>
    eventually(async () => expect((await call('GET', `/${id}`)).endedAt).not.toBeNull(), 120_000);
  const load = { host: platform.targetUrl, users: 40, spawnRate: 4 };
  try {
    await eventually(async () => {
      const scenarios = await platform.get<ScenarioView[]>('/api/v1/scenarios');
      expect(scenarios.every(({ description }) => description !== null)).toBe(true);
    });
    await shoot('start', '#/new', 'plan-words', {}, (page) => page.getByTestId('scenario-arrival-rate.ts').check());
    const first = await call('POST', '', { ...load, runTimeSeconds: 75 });
    await pause(30_000);
    await call('PATCH', `/${first.id}`, { users: 60, spawnRate: 10 });
    await pause(15_000);
    await call('POST', `/${first.id}/pause`);
    await pause(5_000);
    await call('POST', `/${first.id}/resume`);
    await pause(10_000);
    await shoot('live', '#/live/charts', 'chart-heat', { viewport: { width: 1280, height: 1120 } });
    await shoot('phone', '#/live/charts', 'chart-users', {
      viewport: { width: 360, height: 740 },
      colorScheme: 'dark',
      isMobile: true,
      hasTouch: true,
    });
    await ended(first.id);
    const second = await call('POST', '', { ...load, users: 50, runTimeSeconds: 40 });
    await ended(second.id);
    const third = await call('POST', '', { ...load, users: 20, runTimeSeconds: 40 });
    await ended(third.id);
    await shoot('dark', `#/runs/${first.id}/statistics`, 'statistics', { colorScheme: 'dark' });
    await shoot('compare', `#/compare/${first.id}/${second.id}/${third.id}`, 'effects', {
      viewport: { width: 1280, height: 1100 },
    });
    const search = {
      executor: 'find-capacity',
      startRate: 25,
      maxRate: 800,
      stepDuration: 5,
      coolDown: 1,
      maxSteps: 9,
    };
    const capacity = await call('POST', '', {
      host: platform.targetUrl,
      scenarios: { load: { ...search, preAllocatedVUs: 20, maxVUs: 60 } },
    });
    await ended(capacity.id);
    await shoot('capacity', `#/runs/${capacity.id}/capacity`, 'capacity-throughput', {
      viewport: { width: 1280, height: 1000 },
    });
  } finally {
    await browser.close();
    await platform.stop();
  }
}, 600_000);
