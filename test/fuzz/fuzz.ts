/**
 * Random fuzz of what reads from strangers, the response parser and the client's connection: `npm run fuzz`.
 *
 *   npm run fuzz -- --seconds 60     default 600
 *   npm run fuzz -- --seed 1a2b3c    repeats a run: the same responses in the same order
 *
 * Ends with 1 when something threw, did not end, was counted wrong, read differently when cut, or kept memory.
 */
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { newId, SeededRandom } from '@loadstar/shared';
import { ConnectionFuzz } from './connection-fuzz.js';
import { fuzzParser, noResponses } from './parser-fuzz.js';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '600' }, seed: { type: 'string', default: newId().slice(-8) } },
});
const seconds = Number(values.seconds);
if (!(seconds > 0)) throw new Error(`--seconds: expected a number above 0, not ${values.seconds}`);

/** Responses of the parser between two rounds of the connection. */
const batch = 1_000;
/** Growth of a process between its second fifth and its last that is put down to chance, bytes. */
const allowedGrowth = 8e6;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Live memory (heap and buffers), and the resident set, megabytes. */
function memory(): { readonly live: number; readonly resident: number } {
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { live: (heapUsed + external) / 1e6, resident: rss / 1e6 };
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;

print(`seed ${values.seed}, ${seconds} s`);
const parserCounts = noResponses();
const connection = await ConnectionFuzz.open(new SeededRandom(values.seed));
const startMs = performance.now();
const samples: { readonly atMs: number; readonly live: number; readonly resident: number }[] = [];
let round = 0;
let failure: Error | undefined;
try {
  for (let elapsedMs = 0; elapsedMs < seconds * 1000; elapsedMs = performance.now() - startMs, round++) {
    fuzzParser(new SeededRandom(`${values.seed}/parser/${round}`), batch, parserCounts);
    await connection.round(new SeededRandom(`${values.seed}/connection/${round}`));
    const last = samples.at(-1)?.atMs ?? -Infinity;
    if (elapsedMs - last >= (seconds * 1000) / 50) samples.push({ atMs: elapsedMs, ...memory() });
  }
} catch (error) {
  failure = error instanceof Error ? error : new Error(JSON.stringify(error));
} finally {
  await connection.close();
}

const { responses, complete, broken, short } = parserCounts;
print(`parser: ${responses} responses, each read three ways: ${complete} taken, ${broken} refused, ${short} cut short`);
const outcomes = Object.entries(connection.counts.byOutcome).map(([outcome, count]) => `${count} ${outcome}`);
print(`connection: ${connection.counts.requests} requests: ${outcomes.join(', ')}`);
const part = (from: number, to: number) =>
  samples.filter(({ atMs }) => atMs >= from * seconds * 1000 && atMs < to * seconds * 1000);
const [early, late] = [part(0.2, 0.4), part(0.8, 1)];
const grown = (key: 'live' | 'resident'): number => median(late.map((s) => s[key])) - median(early.map((s) => s[key]));
print(
  `memory: live ${median(early.map(({ live }) => live)).toFixed(1)} MB, then ${grown('live').toFixed(1)} more; resident ${median(early.map(({ resident }) => resident)).toFixed(0)} MB, then ${grown('resident').toFixed(1)} more`,
);
if (failure !== undefined) {
  print(`FAILED in round ${round}: ${failure.message}`);
  print(`repeat: npm run fuzz -- --seed ${values.seed}`);
  process.exitCode = 1;
} else if (grown('live') * 1e6 > allowedGrowth) {
  print('FAILED: memory is kept');
  process.exitCode = 1;
} else print('nothing found');
