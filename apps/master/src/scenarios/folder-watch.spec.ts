import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderWatch } from './folder-watch.js';

// Elsewhere nothing is told, and the folder is looked at every two seconds.
const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('a watch over folders', () => {
  let folder: string;
  let watch: FolderWatch;
  let told: () => void = () => {};
  const change = (): Promise<void> => new Promise((resolve) => (told = resolve));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'loadstar-watch-'));
    watch = new FolderWatch(() => told());
  });
  afterEach(() => {
    watch.close();
    rmSync(folder, { recursive: true });
  });

  it('tells of files that come, change and go, in every folder that it follows', async () => {
    const within = join(folder, 'within');
    mkdirSync(within);
    expect(await watch.follow([folder, within])).toBe(true);
    for (const place of [folder, within]) {
      const file = join(place, 'a.ts');
      for (const act of [() => writeFileSync(file, 'one'), () => writeFileSync(file, 'other'), () => rmSync(file)]) {
        const changed = change();
        act();
        await changed;
      }
    }
  });

  it('follows a folder that took the place of another', async () => {
    const within = join(folder, 'within');
    mkdirSync(within);
    await watch.follow([folder, within]);
    const changed = change();
    renameSync(within, join(folder, 'old'));
    mkdirSync(within);
    await changed;
    await new Promise((resolve) => setImmediate(resolve));
    expect(await watch.follow([folder, within])).toBe(true);
    const again = change();
    writeFileSync(join(within, 'a.ts'), 'one');
    await again;
  });

  it('tells once of what is new to it, because a change before it listened was told by nobody', async () => {
    let tellings = 0;
    told = () => tellings++;
    await watch.follow([folder]);
    await watch.follow([folder]);
    expect(tellings).toBe(1);
    const within = join(folder, 'within');
    mkdirSync(within);
    await watch.follow([folder, within]);
    await watch.follow([folder, within, join(folder, 'missing')]);
    // The new folder was an event as well, which may come at any time.
    expect(tellings).toBeGreaterThanOrEqual(2);
  });

  it('follows a folder whose parent was replaced, which is an event in neither', async () => {
    const [parent, within] = [join(folder, 'parent'), join(folder, 'parent', 'within')];
    mkdirSync(within, { recursive: true });
    await watch.follow([within]);
    renameSync(parent, join(folder, 'old'));
    mkdirSync(within, { recursive: true });
    expect(await watch.follow([within])).toBe(true);
    const changed = change();
    writeFileSync(join(within, 'a.ts'), 'one');
    await changed;
  });

  it('does not trust a path through a link, which may lead elsewhere without a word', async () => {
    mkdirSync(join(folder, 'real'));
    symlinkSync(join(folder, 'real'), join(folder, 'link'));
    expect(await watch.follow([join(folder, 'real')])).toBe(true);
    expect(await watch.follow([join(folder, 'link')])).toBe(false);
  });

  it('says when it cannot tell of everything', async () => {
    expect(await watch.follow([])).toBe(false);
    expect(await watch.follow([join(folder, 'missing')])).toBe(false);
    expect(await watch.follow([folder, join(folder, 'missing')])).toBe(false);
    expect(await watch.follow([folder, ...Array.from({ length: 200 }, () => folder)])).toBe(false);
    expect(await watch.follow([folder])).toBe(true);
    watch.close();
    expect(await watch.follow([folder])).toBe(false);
  });
});
