/**
 * Hears of changes beneath a folder from the system, so that nobody has to look for them all the time. Only file systems
 * of this machine tell: on any other (shared, mounted from a host) whoever wants to know has to look.
 */
import { type FSWatcher, watch } from 'node:fs';
import { realpath, stat, statfs } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';

/** `f_type` of Linux' own file systems: ext, XFS, Btrfs, tmpfs, overlay, ZFS, F2FS. */
const tellingTypes = new Set([0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x794c7630, 0x2fc12fc1, 0xf2f52010]);
/** Systems allow each user so and so many watches. */
const mostFolders = 200;

interface Watched {
  readonly watcher: FSWatcher;
  /** Which folder was at this path: the system watches that one, wherever it is moved. */
  readonly identity: string | undefined;
}

export class FolderWatch {
  private readonly watchers = new Map<string, Watched>();
  private isClosed = false;

  /** @param changed called with every change in a watched folder, often several times for one, and when a watch begins */
  constructor(private readonly changed: () => void) {}

  /**
   * Watches these folders, themselves and not what is beneath them, and no others. Where a new watch begins, `changed` is
   * called once: nobody has told what changed between the caller's look and now.
   * @param folders the first one holds all others
   * @returns whether every change in them will be told
   */
  async follow(folders: readonly string[]): Promise<boolean> {
    const first = folders[0];
    const isTold = first !== undefined && folders.length <= mostFolders && (await tells(first));
    const wanted = new Map(
      await Promise.all((isTold ? folders : []).map(async (folder) => [folder, await identityOf(folder)] as const)),
    );
    for (const [folder, { identity }] of this.watchers) if (wanted.get(folder) !== identity) this.drop(folder);
    if (this.isClosed) return false;
    let isNew = false;
    for (const [folder, identity] of wanted) {
      if (!this.watchers.has(folder) && this.add(folder, identity)) isNew = true;
    }
    if (isNew) this.changed();
    return wanted.size > 0 && this.watchers.size === wanted.size;
  }

  close(): void {
    this.isClosed = true;
    for (const folder of this.watchers.keys()) this.drop(folder);
  }

  private add(folder: string, identity: string | undefined): boolean {
    try {
      const watcher = watch(folder, { persistent: false }, (event, name) => {
        // A folder that was replaced by another of its name is watched anew; the old one is silent.
        if (event === 'rename') this.drop(name === basename(folder) ? folder : join(folder, name ?? ''));
        this.changed();
      });
      watcher.on('error', () => this.drop(folder));
      this.watchers.set(folder, { watcher, identity });
      return true;
    } catch {
      // Gone already, or no watch is left: `follow` says so.
      return false;
    }
  }

  private drop(folder: string): void {
    this.watchers.get(folder)?.watcher.close();
    this.watchers.delete(folder);
  }
}

async function tells(folder: string): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  // A link on the way may lead elsewhere one day, and that is told to nobody who watches its end.
  if ((await realpath(folder).catch(() => undefined)) !== resolve(folder)) return false;
  const facts = await statfs(folder).catch(() => undefined);
  return facts !== undefined && tellingTypes.has(facts.type);
}

async function identityOf(folder: string): Promise<string | undefined> {
  const facts = await stat(folder).catch(() => undefined);
  return facts && `${facts.dev} ${facts.ino}`;
}
