import type { BenchCase, Row, Settings } from '../harness/bench-case.js';
import { calmly, calmRounds, disturbanceWords, type Patience, patience } from '../harness/disturbance.js';
import { meanDelayMs } from '../harness/known-delays.js';
import { closedLoad, failureWords, runLoadstar } from '../harness/loadstar.js';
import { extent, median } from '../harness/median.js';
import { percentiles } from '../harness/engine-result.js';
import { type NodeServer, startNodeServer } from '../servers/node-server.js';

const warmUpSeconds = 2;
const seconds = 6;
/** Of the engine's own maximum. */
const loads = [0.1, 0.4, 0.7];
const compared = [50, 95, 99, 99.9] as const;
/** What a percentile may be off: a part of the truth, or this many milliseconds if that is more. */
const allowed = (truthMs: number): number => Math.max(0.3, 0.01 * truthMs);

interface Reading {
  /** Largest error over the percentiles, in parts of what is allowed. */
  readonly worst: number;
  readonly words: string;
  readonly perSecond: number;
  readonly failed: string;
  readonly foreign: number;
}

export const benchCase: BenchCase = {
  name: 'accuracy',
  order: 80,
  title: 'Truth of the percentiles',
  about:
    'A server that answers after about 2, 10, 50 or 200 ms (each a quarter more or less) and notes for each request what it took. p50, p95, p99 and p99.9 of the service time against it, after a warm-up of 2 s, at shares of the most that the engine gets out of this server without delays. 1 is what is allowed: 1 % or 0.3 ms. Three rounds.',
  async run(settings) {
    const server = await startNodeServer('delays');
    try {
      const left = patience(settings.patience);
      const most = await maximum(settings, server, left);
      const rows: Row[] = [];
      for (const load of loads) rows.push(await atLoad(settings, server, load, most, left));
      return rows;
    } finally {
      await server.close();
    }
  },
};

async function maximum({ folder, users, say }: Settings, server: NodeServer, left: Patience): Promise<number> {
  say('the most this engine gets out of the server');
  const { result } = await calmly(left, () =>
    runLoadstar('now', { folder, seconds: 4, host: server.url, load: closedLoad(users, 4) }),
  );
  return result.answers / 4;
}

async function atLoad(
  settings: Settings,
  server: NodeServer,
  load: number,
  most: number,
  left: Patience,
): Promise<Row> {
  const readings: Reading[] = [];
  const rounds = Math.ceil(settings.rounds / 2);
  for (let count = 0; count < rounds; count++) {
    settings.say(`${load * 100} %, round ${count + 1} of ${rounds}`);
    const users = Math.max(1, Math.round((load * most * meanDelayMs) / 1000));
    const round = await calmly(left, () => readingAt(settings, server, users));
    readings.push({ ...round.result, foreign: round.foreign });
  }
  const counted = calmRounds(readings);
  const worst = counted.map((reading) => reading.worst);
  const middle = counted.toSorted((a, b) => a.worst - b.worst)[counted.length >> 1];
  return {
    what: `at ${load * 100} % of ${Math.round(most)}/s`,
    value: median(worst),
    unit: 'of what is allowed',
    digits: 2,
    spread: extent(worst),
    aim: { atMost: 1 },
    note: `${Math.round(middle?.perSecond ?? 0)}/s; ${middle?.words ?? ''}${middle?.failed ?? ''}${disturbanceWords(readings)}`,
  };
}

async function readingAt({ folder }: Settings, server: NodeServer, users: number): Promise<Omit<Reading, 'foreign'>> {
  const run = await runLoadstar('plain', {
    folder,
    seconds,
    host: server.url,
    load: closedLoad(users, seconds),
    warmUpSeconds,
    onMark: () => void server.ask('clear'),
  });
  const truth = await server.ask<number[]>('truth');
  const errors = compared.map((percentile) => {
    const index = percentiles.indexOf(percentile);
    return { percentile, seenMs: run.serviceMs[index] ?? Number.NaN, trueMs: truth[index] ?? Number.NaN };
  });
  return {
    worst: Math.max(...errors.map(({ seenMs, trueMs }) => Math.abs(seenMs - trueMs) / allowed(trueMs))),
    words: errors
      .map(({ percentile, seenMs, trueMs }) => `p${percentile} ${seenMs.toFixed(2)} for ${trueMs.toFixed(2)}`)
      .join(', '),
    perSecond: run.measured / (seconds - warmUpSeconds),
    failed: failureWords(run),
  };
}
