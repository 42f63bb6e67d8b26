// Runs the fault tests, the short and the slow ones, as often as asked; one pass proves little of what depends on moments.
//
//   node scripts/test-fault.mjs [--times N] [FILE-OR-JEST-ARGUMENT ...]
import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const args = process.argv.slice(2);
const at = args.indexOf('--times');
const times = at === -1 ? 1 : Number(args.splice(at, 2)[1]);
if (!Number.isInteger(times) || times < 1) {
  process.stderr.write('--times takes a whole number from 1 on\n');
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'loadstar-test-fault-'));
const run = (round) =>
  new Promise((resolve) => {
    const outputFile = join(folder, `${round}.json`);
    // One after the other: each brings processes of its own, and their times are part of what is claimed.
    const flags = ['-w', '1', '--testRegex', '\\.(slow-)?fault-spec\\.ts$', '--json', '--outputFile', outputFile];
    const script = join(root, 'node_modules/jest/bin/jest.js');
    const child = spawn(process.execPath, [script, ...flags, ...args], {
      cwd: root,
      // Seeds and counts of many rounds go into a file, which stays when a round has failed.
      stdio: ['ignore', times === 1 ? 'inherit' : openSync(join(folder, `${round}.log`), 'w'), 'inherit'],
    });
    child.on('close', (code) => {
      let results = [];
      try {
        results = JSON.parse(readFileSync(outputFile, 'utf8')).testResults.flatMap(
          ({ assertionResults }) => assertionResults,
        );
      } catch {
        // It ended before it could tell anything; its exit code does.
      }
      resolve({ code, results });
    });
  });

const passes = new Map();
let worst = 0;
for (let round = 1; round <= times; round++) {
  const { code, results } = await run(round);
  worst = Math.max(worst, code ?? 1);
  for (const { fullName, status } of results) {
    const known = passes.get(fullName) ?? { passed: 0, ran: 0 };
    if (status === 'passed') known.passed++;
    if (status === 'passed' || status === 'failed') known.ran++;
    passes.set(fullName, known);
  }
}
if (worst === 0) rmSync(folder, { recursive: true, force: true });
else if (times > 1) process.stdout.write(`what was printed, seeds and all: ${folder}\n`);
if (times > 1) {
  for (const [name, { passed, ran }] of passes) if (ran > 0) process.stdout.write(`${passed} of ${ran}  ${name}\n`);
}
process.exit(worst);
