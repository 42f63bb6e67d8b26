import type { BenchCase, Row } from '../harness/bench-case.js';
import { calmly, calmRounds, disturbanceWords, patience } from '../harness/disturbance.js';
import { failureWords, type LoadstarRun, runLoadstar } from '../harness/loadstar.js';
import { extent, median } from '../harness/median.js';
import { openLoad } from '../harness/open-load.js';
import { stallResponseMs } from '../harness/stall-theory.js';
import { percentiles } from '../harness/engine-result.js';
import { startNodeServer } from '../servers/node-server.js';

const rate = 2_000;
const seconds = 10;
const users = 50;

export const benchCase: BenchCase = {
  name: 'stall',
  order: 90,
  title: 'A server that stalls for 1 s at 2,000 arrivals a second',
  about:
    'Over 10 s, 50 users, arrivals wait for a user. Response time counts from the intended start and must show what queueing theory says (the backlog is worked off at the rate that the server saw); service time must not, beyond the 50 requests that were on the wire (0.25 %). Three rounds.',
  async run(settings) {
    const { folder, rounds, say } = settings;
    const server = await startNodeServer('stall');
    const left = patience(settings.patience);
    const all: (LoadstarRun & { readonly drainRate: number; readonly foreign: number })[] = [];
    try {
      const load = openLoad({ rate, seconds, users, timing: 'precise', whenBusy: 'wait' });
      for (let count = 0; count < Math.ceil(rounds / 2); count++) {
        say(`round ${count + 1}`);
        const round = await calmly(left, async () => {
          await server.ask('again');
          const run = await runLoadstar('plain', { folder, seconds: seconds + 2, host: server.url, load });
          return { ...run, drainRate: await server.ask<number>('drain rate') };
        });
        all.push({ ...round.result, foreign: round.foreign });
      }
    } finally {
      await server.close();
    }
    const runs = calmRounds(all);
    const failed = runs.map(failureWords).join('') + disturbanceWords(all);
    const row = (percentile: 95 | 99 | 99.9): Row => {
      const index = percentiles.indexOf(percentile);
      const pairs = runs.map(({ responseMs, drainRate }) => ({
        seenMs: responseMs[index] ?? Number.NaN,
        theoryMs: stallResponseMs(percentile, rate, seconds, drainRate),
      }));
      const off = pairs.map(({ seenMs, theoryMs }) => 100 * Math.abs(seenMs / theoryMs - 1));
      const [seenMs, theoryMs] = [median(pairs.map((pair) => pair.seenMs)), median(pairs.map((pair) => pair.theoryMs))];
      const note = `${seenMs.toFixed(1)} ms, theory ${theoryMs.toFixed(1)} ms${failed}`;
      return {
        what: `response time p${percentile}`,
        value: median(off),
        unit: '% off',
        digits: 2,
        spread: extent(off),
        aim: { atMost: 2 },
        note,
      };
    };
    const service = runs.map(({ serviceMs }) => serviceMs[percentiles.indexOf(99)] ?? Number.NaN);
    return [
      row(95),
      row(99),
      row(99.9),
      {
        what: 'service time p99',
        value: median(service),
        unit: 'ms',
        digits: 2,
        spread: extent(service),
        aim: { atMost: 5 },
        note: failed.replace(/^; /, ''),
      },
    ];
  },
};
