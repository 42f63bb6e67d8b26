import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@loadstar/shared';
import { mergeHealth, RunStats, type SnapshotHeader } from '@loadstar/stats';
import { KeptFiles } from './kept-files.js';

const key = 'k'.repeat(32);
const header: SnapshotHeader = {
  runId: 'run1',
  worker: 'w',
  incarnation: 'abcdefgh',
  seq: 7,
  elapsedMs: 5_000,
  phase: 'done',
  final: true,
  reason: 'no master',
  users: 0,
  targetUsers: 0,
  spawnRate: 0,
  usersByClass: {},
  health: mergeHealth([]),
};

function someStats(requests: number): RunStats {
  const stats = new RunStats();
  const series = stats.series({ userClass: 'A', method: 'GET', name: '/' });
  for (let i = 0; i < requests; i++) {
    series.start();
    series.finish('ok', 1_000, 1_000, 1, 1);
  }
  return stats;
}

describe('numbers kept on disk', () => {
  let folder: string;
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'loadstar-kept-')), 'below');
  });
  afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

  const counted = (files: KeptFiles): number[] =>
    files.leftBehind().map(({ stats }) => [...stats.allSeries()].reduce((sum, { requests }) => sum + requests, 0));

  it('are there for the next life, the newest of a run only, until they are dropped', () => {
    const files = new KeptFiles(folder, silentLogger);
    expect(files.leftBehind()).toEqual([]);
    files.keep(header, someStats(3), key);
    files.keep({ ...header, seq: 8 }, someStats(5), key);
    const [kept] = new KeptFiles(folder, silentLogger).leftBehind();
    expect(kept).toMatchObject({ key, header: { ...header, seq: 8 } });
    expect(counted(files)).toEqual([5]);
    kept?.drop();
    expect(readdirSync(folder)).toEqual([]);
    files.keep(header, someStats(1), key);
    files.drop(header.runId, header.incarnation);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('of a process that lives are its own affair', () => {
    const files = new KeptFiles(folder, silentLogger);
    files.keep(header, someStats(1), key);
    const [name = ''] = readdirSync(folder);
    renameSync(join(folder, name), join(folder, name.replace(/^\d+/, String(process.ppid))));
    expect(files.leftBehind()).toEqual([]);
  });

  it('that no master takes are put aside, not thrown away, and not offered again', () => {
    const files = new KeptFiles(folder, silentLogger);
    expect(files.keep(header, someStats(1), key)).toBe(true);
    const [name = ''] = readdirSync(folder);
    files.leftBehind()[0]?.putAside();
    expect(files.leftBehind()).toEqual([]);
    expect(readdirSync(folder)).toEqual([`${name}.refused`]);
    files.keep(header, someStats(1), key);
    files.putAside(header.runId, header.incarnation);
    files.putAside(header.runId, header.incarnation);
    expect(readdirSync(folder)).toEqual([`${name}.refused`]);
  });

  it('are put aside when they are damaged, and a half-written file is never taken for whole', () => {
    const files = new KeptFiles(folder, silentLogger);
    files.keep(header, someStats(1), key);
    const [name = ''] = readdirSync(folder);
    writeFileSync(join(folder, `${name}.part`), 'half');
    writeFileSync(join(folder, name), `${key}\nrubbish`);
    expect(files.leftBehind()).toEqual([]);
    expect(readdirSync(folder)).toEqual([`${name}.part`, `${name}.unreadable`]);
  });

  it('do not stop a worker that has no place for them', () => {
    const warnings: string[] = [];
    const warn = (_facts: object, text: string): void => void warnings.push(text);
    const files = new KeptFiles(join(__filename, 'below'), { ...silentLogger, warn });
    expect(files.keep(header, someStats(1), key)).toBe(false);
    expect(files.keep(header, someStats(1), key)).toBe(false);
    expect(warnings).toEqual(['numbers could not be kept on disk']);
    expect(files.leftBehind()).toEqual([]);
  });
});
