/** A PostgreSQL server for one test: own folder, own port on loopback, started from the system's programs. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { environment } from '@loadstar/shared';
import pg from 'pg';
import { freePort } from './free-port.js';
import { leash } from './leash.js';

export interface PrivatePostgres {
  readonly url: string;
  /** Ends it as a crash would: every process of it at once, without a word. */
  kill(): Promise<void>;
  /** Starts it again on what it has left, and waits until it answers. */
  start(): Promise<void>;
  /** Forgets everything that is in it. @returns its URL */
  emptyDatabase(): Promise<string>;
  remove(): Promise<void>;
}

/** Debian keeps the server's programs out of the PATH, one folder a version. */
const debianFolder = '/usr/lib/postgresql';

/** Folder of the newest PostgreSQL's programs; undefined when there is none. */
function postgresPrograms(): string | undefined {
  const versions = existsSync(debianFolder) ? readdirSync(debianFolder) : [];
  const ofDebian = versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(debianFolder, version, 'bin'));
  const inPath = (environment()['PATH'] ?? '').split(delimiter);
  return [...ofDebian, ...inPath].find((folder) => existsSync(join(folder, 'postgres')));
}

/** PostgreSQL does not run as root. */
function owner(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

export async function startPrivatePostgres(): Promise<PrivatePostgres> {
  const bin = postgresPrograms();
  if (bin === undefined) throw new Error('PostgreSQL is not installed (Debian package postgresql)');
  const folder = mkdtempSync(join(tmpdir(), 'loadstar-pg-'));
  const as = owner();
  if (as) chownSync(folder, as.uid, as.gid);
  const data = join(folder, 'data');
  const user = 'loadstar';
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', user, '-A', 'trust', '--no-sync', '-E', 'UTF8'], {
    cwd: folder,
    stdio: 'ignore',
    ...as,
  });
  const port = await freePort();
  const urlOf = (database: string): string => `postgres://${user}@127.0.0.1:${port}/${database}`;
  const log = openSync(join(folder, 'log'), 'a');
  let server: ChildProcess | undefined;

  const launch = (): ChildProcess => {
    // A killed process loses nothing that it has handed to the operating system, so these tests need no fsync.
    const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=40', 'fsync=off'];
    const flags = settings.flatMap((setting) => ['-c', setting]);
    const args = ['-D', data, '-p', String(port), ...flags];
    const child = spawn(join(bin, 'postgres'), args, { cwd: folder, stdio: ['ignore', log, log], ...as });
    return child.on('exit', leash(child.pid ?? 0));
  };

  const start = async (): Promise<void> => {
    server = launch();
    for (let attempt = 0; ; attempt++) {
      const client = new pg.Client({ connectionString: urlOf('postgres'), connectionTimeoutMillis: 1_000 });
      client.on('error', () => {});
      try {
        await client.connect();
        await client.end();
        return;
      } catch (error) {
        if (attempt >= 300) throw new Error(readFileSync(join(folder, 'log'), 'utf8').slice(-2_000), { cause: error });
        // While processes of a server that was killed are still ending, a new one refuses to start.
        if (server.exitCode !== null) server = launch();
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  };

  const kill = async (): Promise<void> => {
    const child = server;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const helpers = childrenOf(child.pid ?? 0);
    child.kill('SIGKILL');
    for (const pid of helpers) endQuietly(pid);
    await ended;
  };

  await start();
  return {
    url: urlOf('postgres'),
    kill,
    start,
    async emptyDatabase() {
      const client = new pg.Client({ connectionString: urlOf('postgres') });
      await client.connect();
      await client.query('drop schema public cascade; create schema public');
      await client.end();
      return urlOf('postgres');
    },
    async remove() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function childrenOf(parent: number): number[] {
  const list = execFileSync('ps', ['-o', 'pid=', '--ppid', String(parent)], { encoding: 'utf8' });
  return list
    .split('\n')
    .map(Number)
    .filter((pid) => pid > 0);
}

function endQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
