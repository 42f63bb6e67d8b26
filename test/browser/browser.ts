// Headless Chromium for the browser tests, and a page that keeps account of what a reader must never meet: errors in
// its console, and requests that leave the origin.
import { accessSync, constants, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const switches = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @throws Error naming the package when the system has no Chromium */
export function launchBrowser(): Promise<Browser> {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const folders = (process.env.PATH ?? '').split(delimiter);
  const candidates = [
    process.env.CHROMIUM_PATH ?? '',
    ...folders.flatMap((folder) => names.map((name) => join(folder, name))),
  ];
  const executablePath = candidates.find((path) => path !== '' && isExecutable(path));
  if (executablePath === undefined) throw new Error('There is no Chromium: install it, or set CHROMIUM_PATH.');
  return chromium.launch({ executablePath, args: switches, timeout: 120_000 });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface WatchedPage {
  readonly page: Page;
  /** Errors of the page's console, and exceptions that nobody caught. */
  readonly errors: string[];
  /** Addresses of other origins that the page asked for. */
  readonly strangers: string[];
  /** From now on these are expected, also those that are still to come. */
  forgive(error: RegExp): void;
  /** Saves what the reader sees, for people to look at. */
  screenshot(name: string): Promise<void>;
  close(): Promise<void>;
}

export async function openPage(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const errors: string[] = [];
  const strangers: string[] = [];
  const forgiven: RegExp[] = [];
  const complain = (error: string) => {
    if (!forgiven.some((form) => form.test(error))) errors.push(error);
  };
  page.on('console', (message) => {
    if (message.type() === 'error') complain(`${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => complain(error.message));
  const own = new URL(origin).host;
  const note = (address: string) => {
    const url = new URL(address);
    if (/^(https?|wss?):$/.test(url.protocol) && url.host !== own) strangers.push(address);
  };
  page.on('request', (request) => note(request.url()));
  page.on('websocket', (socket) => note(socket.url()));
  const folder = join(__dirname, 'screenshots');
  return {
    page,
    errors,
    strangers,
    forgive: (form) => {
      forgiven.push(form);
      errors.splice(0, errors.length, ...errors.filter((error) => !form.test(error)));
    },
    screenshot: async (name) => {
      mkdirSync(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `${name}.png`) });
    },
    close: () => context.close(),
  };
}

/** How much wider than the screen the page is, pixels. */
export function surplusWidth(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

/** The number that an element shows, whatever the reader's separators; NaN while it shows none. */
export async function shownNumber(page: Page, testId: string): Promise<number> {
  const text = (await page.getByTestId(testId).first().textContent()) ?? '';
  const digits = text.replaceAll(',', '').match(/-?\d+(?:\.\d+)?/);
  return digits ? Number(digits[0]) : Number.NaN;
}
