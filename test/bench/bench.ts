/**
 * What Loadstar costs and how true it is, beside other tools in the same minute on the same machine: `npm run bench`.
 *
 *   npm run bench -- --only get,json    some cases
 *   npm run bench -- --rounds 3         rounds of each comparison (default 5); a figure is the median of its rounds
 *   npm run bench -- --seconds 2        length of a round (default 8)
 *   npm run bench -- --patience 600     seconds a case may wait for a calm machine and measure again (default 45)
 *   npm run bench -- --json             results as JSON on stdout, progress on stderr
 *   npm run bench -- --write FILE       also into the marked sections of a Markdown file
 *   npm run bench -- --list             the cases
 *
 * Servers run on core 0, clients on core 1, everything on loopback: that of a network namespace of its own where one can be
 * had (`unshare`, `ip`; as root, or where users may have namespaces), so that no firewall rule of the host is measured.
 * A tool that is not installed is told and left out.
 */
import { mkdtempSync, chmodSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { BenchCase, Peer, Row, Settings } from './harness/bench-case.js';
import { type Section, writeSection, writeText } from './harness/document.js';
import { loadAll } from './harness/folders.js';
import { commit, dayAndTime, machineWords, networkWords, nginxVersion } from './harness/machine.js';
import { installed } from './harness/pinned-process.js';
import { met, textOf } from './harness/table.js';

const { values: asked } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '8' },
    users: { type: 'string', default: '64' },
    patience: { type: 'string', default: '45' },
    write: { type: 'string' },
    json: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});

const print = (text: string): void => void (asked.json ? process.stderr : process.stdout).write(`${text}\n`);

/** Shown on a terminal alone, where the next line overwrites it. */
function say(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K  ${text}`);
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name}: expected a whole number from 1, not ${text}`);
  return value;
}

function chosen(cases: readonly BenchCase[]): readonly BenchCase[] {
  const names = asked.only?.split(',');
  const unknown = names?.find((name) => !cases.some((one) => one.name === name));
  if (unknown !== undefined) throw new Error(`--only: there is no case ${unknown}; see --list`);
  return cases.filter(({ name }) => !names || names.includes(name));
}

async function run(cases: readonly BenchCase[], settings: Settings): Promise<Section[]> {
  const sections: Section[] = [];
  for (const one of cases) {
    print(`\n${one.title}`);
    let rows: readonly Row[];
    try {
      rows = await one.run({ ...settings, say: (text) => say(`${one.name}: ${text}`) });
    } catch (error) {
      const note = error instanceof Error ? error.message : String(error);
      rows = [{ what: one.name, value: undefined, unit: '', aim: { atLeast: 0 }, note: `failed: ${note}` }];
      process.exitCode = 1;
    }
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
    for (const row of rows) print(textOf(row));
    const section = { name: one.name, title: one.title, about: one.about, rows };
    sections.push(section);
    // At once, so that a run that is ended keeps what it had.
    if (asked.write !== undefined) writeSection(asked.write, section, new Date());
  }
  return sections;
}

const cases = (await loadAll<BenchCase>('cases', 'benchCase')).toSorted((a, b) => a.order - b.order);
const peers = await loadAll<Peer>('peers', 'peer');
if (asked.list) for (const { name, title } of cases) print(`${name.padEnd(14)}${title}`);
else if (!installed('taskset') || availableParallelism() < 2) {
  print(
    'The comparison needs Linux, taskset (apt-get install util-linux) and two cores: one for servers, one for clients.',
  );
  process.exitCode = 1;
} else await compareAll();

async function compareAll(): Promise<void> {
  const date = new Date();
  const folder = mkdtempSync(join(tmpdir(), 'loadstar-bench-'));
  chmodSync(folder, 0o755);
  const versions = peers
    .map((peer) => `${peer.name} ${peer.installed() ? peer.version() : 'not installed'}`)
    .toSorted();
  const tools = `nginx ${nginxVersion()}, ${versions.join(', ')}`;
  const machine = `${machineWords()}; ${networkWords()}`;
  print(`${machine}\n${tools}\n${dayAndTime(date)}, commit ${commit()}`);
  if (asked.write !== undefined) writeText(asked.write, 'machine', `Machine: ${machine}. Tools: ${tools}.`);
  const settings = {
    rounds: positive('rounds', asked.rounds),
    seconds: positive('seconds', asked.seconds),
    users: positive('users', asked.users),
    patience: positive('patience', asked.patience),
    folder,
    peers,
    say,
  };
  try {
    const sections = await run(chosen(cases), settings);
    const verdicts = sections.flatMap(({ rows }) => rows.map(met));
    const missed = verdicts.filter((verdict) => verdict === false).length;
    print(`\n${verdicts.filter((verdict) => verdict === true).length} aims met, ${missed} missed.`);
    if (asked.json) {
      const result = { machine, tools, date: date.toISOString(), commit: commit(), sections };
      process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
