// Takes the pictures of docs/images from a real swarm, in about three minutes. No test: run it when the console looks
// different, and look at what it took.
//
//   npx jest --testRegex 'docs-images\.shoot\.ts$'
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RunView, ScenarioView } from '@loadstar/shared';
import type { BrowserContextOptions } from 'playwright-core';
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
  const shoot = async (name: string, hash: string, testId: string, options: BrowserContextOptions = {}) => {
    const { page, close } = await openPage(browser, platform.masterUrl, {
      viewport: { width: 1280, height: 800 },
      ...options,
    });
    await page.goto(`${platform.masterUrl}/${hash}`);
    await page.getByTestId(testId).first().waitFor();
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
    await shoot('start', '#/new', 'plan-words');
    const first = await call('POST', '', { ...load, runTimeSeconds: 75 });
    // Somebody watches all the time, so that what happens is seen as marks.
    const watcher = await openPage(browser, platform.masterUrl, { viewport: { width: 1280, height: 800 } });
    await watcher.page.goto(`${platform.masterUrl}/#/live/charts`);
    await pause(40_000);
    await call('PATCH', `/${first.id}`, { users: 60, spawnRate: 10 });
    await pause(25_000);
    await watcher.page.screenshot({ path: join(folder, 'console-live.png') });
    await watcher.close();
    await shoot('phone', '#/live/charts', 'chart-users', {
      viewport: { width: 360, height: 740 },
      colorScheme: 'dark',
      isMobile: true,
      hasTouch: true,
    });
    await ended(first.id);
    const second = await call('POST', '', { ...load, users: 50, runTimeSeconds: 60 });
    await ended(second.id);
    await shoot('dark', `#/runs/${first.id}/statistics`, 'statistics', { colorScheme: 'dark' });
    await shoot('compare', `#/compare/${first.id}/${second.id}`, 'comparison', {
      viewport: { width: 1280, height: 1100 },
    });
  } finally {
    await browser.close();
    await platform.stop();
  }
}, 400_000);
