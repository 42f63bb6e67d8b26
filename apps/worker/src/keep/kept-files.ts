// Numbers that no master has confirmed, one file for each run and process life. Written aside and renamed, so that a
// file under its final name is whole; what cannot be read is put aside, never delivered.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { KeptNumbers, NumbersKeep } from '@loadstar/protocol';
import type { Logger } from '@loadstar/shared';
import { decodeSnapshot, encodeSnapshot, type RunStats, type SnapshotHeader } from '@loadstar/stats';

const ending = '.numbers';
/** Files of earlier lives that are looked at; more of them are not the trace of a crash but of something else. */
const mostFiles = 100;
const fileForm = /^(\d+)-([a-z0-9]{6,32})-[A-Za-z0-9_-]{1,64}\.numbers$/;

export class KeptFiles implements NumbersKeep {
  private readonly folder: string;
  private hasFailed = false;

  constructor(
    folder: string,
    private readonly logger: Logger,
  ) {
    this.folder = resolve(folder);
  }

  keep(header: SnapshotHeader, stats: RunStats, key: string): boolean {
    const path = this.path(header.runId, header.incarnation);
    return this.attempt('numbers could not be kept on disk', () => {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      // The secret lets whoever has it speak as this worker.
      writeFileSync(`${path}.part`, Buffer.concat([Buffer.from(`${key}\n`), encodeSnapshot(header, stats)]), {
        mode: 0o600,
      });
      renameSync(`${path}.part`, path);
    });
  }

  drop(runId: string, incarnation: string): void {
    this.attempt('kept numbers could not be removed', () => rmSync(this.path(runId, incarnation), { force: true }));
  }

  putAside(runId: string, incarnation: string): void {
    setAside(this.path(runId, incarnation));
  }

  leftBehind(): KeptNumbers[] {
    let names: string[];
    try {
      names = readdirSync(this.folder).filter((name) => name.endsWith(ending));
    } catch {
      return [];
    }
    return names.slice(0, mostFiles).flatMap((name) => {
      const pid = Number(fileForm.exec(name)?.[1] ?? 0);
      return pid === 0 || isAnothersLife(pid) ? [] : this.read(join(this.folder, name));
    });
  }

  private read(path: string): KeptNumbers[] {
    try {
      const bytes = readFileSync(path);
      const end = bytes.indexOf(0x0a);
      const key = bytes.subarray(0, end).toString('utf8');
      if (!/^[A-Za-z0-9]{16,128}$/.test(key)) throw new Error('it does not begin with a key');
      const { header, stats } = decodeSnapshot(bytes.subarray(end + 1));
      return [{ header, stats, key, drop: () => rmSync(path, { force: true }), putAside: () => setAside(path) }];
    } catch (error) {
      this.logger.warn({ err: error, file: path }, 'kept numbers cannot be read and are put aside');
      this.attempt('a file could not be put aside', () => renameSync(path, `${path}.unreadable`));
      return [];
    }
  }

  private path(runId: string, incarnation: string): string {
    return join(this.folder, `${process.pid}-${incarnation}-${runId}${ending}`);
  }

  private attempt(what: string, work: () => void): boolean {
    try {
      work();
      this.hasFailed = false;
      return true;
    } catch (error) {
      // Once, not every second of an outage.
      if (!this.hasFailed) this.logger.warn({ err: error, folder: this.folder }, what);
      this.hasFailed = true;
      return false;
    }
  }
}

/** Not offered to a master again, but not lost either. Of numbers that were never on disk there is nothing to do. */
function setAside(path: string): void {
  try {
    renameSync(path, `${path}.refused`);
  } catch {
    // It is not there, or stays where it is and is offered again.
  }
}

/** A process of that id lives and is not this one: it delivers its numbers itself. */
function isAnothersLife(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
