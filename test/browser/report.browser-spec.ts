/** The HTML report as its reader opens it: from a file, without a network, on a wide screen, a narrow one and on paper. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { renderHtml } from '@loadstar/report';
import { compareRuns } from '@loadstar/stats';
import { sampleCapacity } from '../../libs/report/src/testing/sample-capacity.js';
import { sampleReport } from '../../libs/report/src/testing/sample-report.js';
import { launchBrowser } from './browser.js';

describe('the HTML report', () => {
  const folder = mkdtempSync(join(tmpdir(), 'loadstar-report-'));
  const file = join(folder, 'report.html');
  let browser: Browser;

  beforeAll(async () => {
    const { summary, points, details } = sampleReport(90);
    const slower = details.slices.names.map(({ cells, ...name }) => ({
      ...name,
      cells: cells.map((cell) =>
        name.name === '/users' ? { ...cell, buckets: cell.buckets.map((bucket) => bucket + 200) } : cell,
      ),
    }));
    summary.comparison = compareRuns(
      { label: 'main', sliced: details.slices },
      { label: 'this run', sliced: { ...details.slices, names: slower } },
      { cautions: ['the runs had 40 and 50 users'] },
    );
    summary.capacity = sampleCapacity();
    writeFileSync(file, renderHtml(summary, points));
    browser = await launchBrowser();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['light', 1_280],
    ['dark', 1_280],
    ['light', 390],
  ] as const)('opens from a file in %s at %d px, complete and without a complaint', async (colorScheme, width) => {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, offline: true });
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    for (const heading of [
      'Capacity',
      'Thresholds',
      'Against main',
      'Steady state',
      'Checks',
      'Failures',
      'Events',
      'Environment',
    ]) {
      expect(await page.getByRole('heading', { name: heading }).count()).toBeGreaterThan(0);
    }
    expect(await page.locator('#throughput .happened').count()).toBe(3);
    expect(await page.getByText('typical time').or(page.getByText('p95 +')).count()).toBeGreaterThan(0);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([pathToFileURL(file).href]);
    await page.screenshot({
      path: join(__dirname, 'screenshots', `report-${colorScheme}-${width}.png`),
      fullPage: true,
    });
    await context.close();
  });

  it('prints on paper, all of it, in ink on white even where the screen is dark', async () => {
    const context = await browser.newContext({ colorScheme: 'dark', offline: true });
    const page = await context.newPage();
    await page.goto(pathToFileURL(file).href);
    const paper = join(__dirname, 'screenshots', 'report.pdf');
    await page.pdf({ path: paper, preferCSSPageSize: true, printBackground: true });
    const pages = readFileSync(paper, 'latin1').match(/\/Type\s*\/Page\b(?!s)/g) ?? [];
    expect(pages.length).toBeGreaterThan(1);
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: 1_040, height: 735 });
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    // A table that has to be scrolled is cut off on paper.
    const cut = `[...document.querySelectorAll('.scroll')].filter((each) => each.scrollWidth > document.documentElement.clientWidth).length`;
    expect(await page.evaluate(cut)).toBe(0);
    await page.screenshot({ path: join(__dirname, 'screenshots', 'report-print.png'), fullPage: true });
    await context.close();
  });
});
