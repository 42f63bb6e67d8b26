import { readdirSync, readFileSync } from 'node:fs';
import type { AppHandle } from '../apps.js';
import { leash } from '../leash.js';
import type { TcpProxy, Toxics } from './tcp-proxy.js';

/** Faults as functions. Each can be undone, and all are undone at the end of a test, however it ends. */
export class Faults {
  private readonly undos = new Set<() => Promise<void>>();

  /** Ends a process at once, with no chance to say anything. Cannot be undone. */
  async kill(app: AppHandle): Promise<void> {
    await app.end('SIGKILL');
  }

  /** Stops a process, with its engine processes, as a machine that is suspended. @returns what lets it go on */
  pause(app: AppHandle): () => Promise<void> {
    const pids = [app.pid, ...childrenOf(app.pid)];
    // An engine that is stopped does not notice that its worker has ended.
    const letGo = leash(...pids);
    signal(pids, 'SIGSTOP');
    return this.undoable(() => {
      letGo();
      signal(pids, 'SIGCONT');
      return Promise.resolve();
    });
  }

  /** Damages wires. @returns what makes them whole */
  async damage(wires: readonly TcpProxy[], change: Partial<Toxics>): Promise<() => Promise<void>> {
    const undos = await Promise.all(wires.map((wire) => wire.damage(change)));
    return this.undoable(async () => {
      await Promise.all(undos.map((undo) => undo()));
    });
  }

  /** Nothing passes either way. @returns what makes the wires whole */
  cut(...wires: TcpProxy[]): Promise<() => Promise<void>> {
    return this.damage(wires, { cutUp: true, cutDown: true });
  }

  async undoAll(): Promise<void> {
    for (const undo of [...this.undos].reverse()) await undo();
  }

  private undoable(undo: () => Promise<void>): () => Promise<void> {
    const once = async (): Promise<void> => {
      if (this.undos.delete(once)) await undo();
    };
    this.undos.add(once);
    return once;
  }
}

/** Process ids of a process's children. Linux only, as all of these tests. */
export function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

/** Resident memory of a process, bytes. */
export function memoryOf(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes ?? 0) * 1024;
}

/** Open file descriptors of a process. */
export function descriptorsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It has ended meanwhile, which is what a fault may do.
    }
  }
}
