/**
 * What single parts cost, without sockets and processes: `npm run bench:micro`.
 *
 *   npm run bench:micro -- --only parser    one of them
 *   npm run bench:micro -- --json           results as JSON on stdout
 *   npm run bench:micro -- --write FILE     also into the marked section `micro` of a Markdown file
 */
import { parseArgs } from 'node:util';
import { writeText } from '../harness/document.js';
import { loadAll } from '../harness/folders.js';
import { commit, dayAndTime, machineWords } from '../harness/machine.js';
import { markdownOf, textOf } from '../harness/table.js';
import type { MicroCase } from './micro-case.js';

const { values: asked } = parseArgs({
  options: { only: { type: 'string' }, json: { type: 'boolean', default: false }, write: { type: 'string' } },
});
const names = asked.only?.split(',');
const cases = (await loadAll<MicroCase>('micro/cases', 'micro')).toSorted((a, b) => a.order - b.order);
const unknown = names?.find((name) => !cases.some((one) => one.name === name));
if (unknown !== undefined)
  throw new Error(`--only: there is no ${unknown}, only ${cases.map(({ name }) => name).join(', ')}`);

const print = (text: string): void => void (asked.json ? process.stderr : process.stdout).write(`${text}\n`);
print(`${machineWords()}\n${dayAndTime(new Date())}, commit ${commit()}`);
const results = cases
  .filter(({ name }) => !names || names.includes(name))
  .map(({ name, title, run }) => {
    print(`\n${title}`);
    const rows = run();
    for (const row of rows) print(textOf(row));
    return { name, title, rows };
  });
if (asked.json) process.stdout.write(`${JSON.stringify(results, undefined, 2)}\n`);
if (asked.write !== undefined) {
  const tables = results.map(({ title, rows }) => `### ${title}\n\n${markdownOf(rows)}`);
  writeText(asked.write, 'micro', `${tables.join('\n\n')}\n\nMeasured ${dayAndTime(new Date())} at ${commit()}.`);
}
