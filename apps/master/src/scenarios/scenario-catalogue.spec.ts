import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LoadstarError, silentLogger, VirtualClock } from '@loadstar/shared';
import { ScenarioCatalogue } from './scenario-catalogue.js';

/** Waits for what the file system says in its own time, while the clock of the test stands still. */
async function until(what: () => boolean): Promise<void> {
  for (let i = 0; i < 4_000 && !what(); i++) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(what()).toBe(true);
}

const description = { userClasses: [], shapes: [], host: undefined, thresholds: {} };

describe('the catalogue of scenarios', () => {
  let folder: string;
  let clock: VirtualClock;
  let catalogue: ScenarioCatalogue;
  let planned: jest.SpyInstance;
  /** Until the next look, as it was planned last, milliseconds. */
  const nextLookMs = (): number => planned.mock.lastCall?.[1] as number;
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  /** Lets up to ten seconds pass, two by two: the look that is for what is told to nobody comes after 15 s. */
  const within10s = async (what: () => boolean): Promise<void> => {
    for (let i = 0; i < 5 && !what(); i++) {
      const before = planned.mock.calls.length;
      await clock.advance(2_000);
      // A look takes real time, and plans the next one at its end.
      await until(() => what() || planned.mock.calls.length > before);
    }
    expect(what()).toBe(true);
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'loadstar-scenarios-'));
    clock = new VirtualClock();
    planned = jest.spyOn(clock, 'setTimeout');
    write('simple.ts', 'one');
    catalogue = new ScenarioCatalogue({
      folder,
      clock,
      logger: silentLogger,
      bundle: (file) => {
        const code = readFileSync(file, 'utf8');
        if (code.includes('syntax error')) {
          return Promise.reject(new LoadstarError('SCENARIO_COMPILE', { detail: `${file}:1:1 syntax error` }));
        }
        return Promise.resolve({ name: file, hash: `hash of ${code}`, code });
      },
    });
    await catalogue.open();
  });

  afterEach(() => {
    catalogue.close();
    rmSync(folder, { recursive: true });
  });

  it('lists scripts of the folder, and nothing else that lies there', async () => {
    for (const name of ['b.mjs', 'a.js', 'types.d.ts', 'x.spec.ts', 'README.md', '.hidden.ts']) write(name, name);
    mkdirSync(join(folder, 'lib'));
    await catalogue.refresh();
    expect(catalogue.views().map(({ name }) => name)).toEqual(['a.js', 'b.mjs', 'simple.ts']);
  });

  it('tells why a file cannot be used, with its place, and takes it back when mended', async () => {
    write('broken.ts', 'syntax error');
    await catalogue.refresh();
    const view = (): unknown => catalogue.views().find(({ name }) => name === 'broken.ts');
    expect(view()).toMatchObject({ problem: expect.stringContaining('broken.ts:1:1'), description: null });
    await expect(catalogue.load('broken.ts')).rejects.toMatchObject({ code: 'SCENARIO_COMPILE' });
    write('broken.ts', 'mended');
    await catalogue.load('broken.ts');
    expect(view()).toMatchObject({ problem: null, hash: 'hash of mended' });
  });

  it('names what there is when asked for what there is not', async () => {
    await expect(catalogue.load('nothing.ts')).rejects.toMatchObject({
      code: 'SCENARIO_NOT_FOUND',
      details: { available: ['simple.ts'] },
    });
    await expect(catalogue.load('../../etc/passwd')).rejects.toMatchObject({ code: 'SCENARIO_NOT_FOUND' });
    expect((await catalogue.load('simple')).code).toBe('one');
  });

  it('remembers what a bundle declares by its hash, so that a changed file is unknown again', async () => {
    expect(catalogue.undescribed().map(({ hash }) => hash)).toEqual(['hash of one']);
    catalogue.describe('hash of one', description);
    expect(catalogue.undescribed()).toEqual([]);
    expect(catalogue.views()[0]?.description).toEqual(description);
    write('simple.ts', 'two and more');
    await catalogue.refresh();
    expect(catalogue.undescribed().map(({ hash }) => hash)).toEqual(['hash of two and more']);
    catalogue.refuse('hash of two and more', 'no user class');
    expect(catalogue.views()[0]).toMatchObject({ description: null, problem: 'no user class' });
  });

  it('looks again soon after it was opened, for what changed while nobody watched', () => {
    expect(nextLookMs()).toBeLessThanOrEqual(2_000);
  });

  it('finds changes by itself within seconds, and ends with its timers', async () => {
    let changes = 0;
    catalogue.onChange(() => changes++);
    await clock.advance(2_000);
    // Where the system tells of changes there is nothing to do until it does.
    if (process.platform === 'linux') await until(() => nextLookMs() > 2_000);
    write('more.ts', 'more');
    await within10s(() => changes === 1);
    expect(catalogue.views().map(({ name }) => name)).toEqual(['more.ts', 'simple.ts']);
    mkdirSync(join(folder, 'lib'));
    write('lib/part.ts', 'part');
    await within10s(() => changes === 2);
    catalogue.close();
    await clock.advance(60_000);
    expect(clock.pendingTimers).toBe(0);
  });

  it('looks every two seconds at files that are links out of the folder, whose changes nobody tells', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'loadstar-outside-'));
    try {
      const target = join(outside, 'target.ts');
      writeFileSync(target, 'linked');
      symlinkSync(target, join(folder, 'link.ts'));
      await catalogue.refresh();
      await clock.advance(15_000);
      for (const text of ['changed', 'changed again']) {
        writeFileSync(target, text);
        await within10s(() => catalogue.views().some(({ hash }) => hash === `hash of ${text}`));
      }
    } finally {
      rmSync(outside, { recursive: true });
    }
  });

  it('is happy with a folder that does not exist', async () => {
    const empty = new ScenarioCatalogue({
      folder: join(folder, 'missing'),
      clock,
      logger: silentLogger,
      bundle: () => Promise.reject(new Error('never asked')),
    });
    await empty.open();
    expect(empty.views()).toEqual([]);
    empty.close();
  });
});
