/**
 * Hears of changes beneath a folder from the system, so that nobody has to look for them all the time. Only file systems
 * of this machine tell: on any other (shared, mounted from a host) whoever wants to know has to look.
 */
import { type FSWatcher, watch } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** `f_type` of Linux' own file systems: ext, XFS, Btrfs, tmpfs, overlay, ZFS, F2FS. */
const tellingTypes = new Set([0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x794c7630, 0x2fc12fc1, 0xf2f52010]);
/** Systems allow each user so and so many watches. */
const mostFolders = 200;

export class FolderWatch {
  private readonly watchers = new Map<string, FSWatcher>();
  private isClosed = false;

  /** @param changed called with every change in a watched folder, often several times for one */
  constructor(private readonly changed: () => void) {}

  /**
   * Watches these folders, themselves and not what is beneath them, and no others.
   * @returns whether every change in them will be told
   */
  async follow(folders: readonly string[]): Promise<boolean> {
    const first = folders[0];
    const wanted = new Set(first !== undefined && folders.length <= mostFolders && (await tells(first)) ? folders : []);
    for (const folder of this.watchers.keys()) if (!wanted.has(folder)) this.drop(folder);
    if (this.isClosed) return false;
    for (const folder of wanted) if (!this.watchers.has(folder)) this.add(folder);
    return wanted.size > 0 && this.watchers.size === wanted.size;
  }

  close(): void {
    this.isClosed = true;
    for (const folder of this.watchers.keys()) this.drop(folder);
  }

  private add(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, (event, name) => {
        // A folder that was replaced by another of its name is watched anew; the old one is silent.
        if (event === 'rename') this.drop(name === basename(folder) ? folder : join(folder, name ?? ''));
        this.changed();
      });
      watcher.on('error', () => this.drop(folder));
      this.watchers.set(folder, watcher);
    } catch {
      // Gone already, or no watch is left: `follow` says so.
    }
  }

  private drop(folder: string): void {
    this.watchers.get(folder)?.close();
    this.watchers.delete(folder);
  }
}

async function tells(folder: string): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const facts = await statfs(folder).catch(() => undefined);
  return facts !== undefined && tellingTypes.has(facts.type);
}
