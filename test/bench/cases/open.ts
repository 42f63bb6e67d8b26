import type { BenchCase, Row } from '../harness/bench-case.js';
import { calmly, disturbanceWords, patience } from '../harness/disturbance.js';
import { failureWords, runLoadstar } from '../harness/loadstar.js';
import { openLoad } from '../harness/open-load.js';
import { percentiles } from '../harness/engine-result.js';
import { haveNginx, nginxMissing, startNginx } from '../servers/nginx.js';

const rate = 10_000;
const users = 200;

export const benchCase: BenchCase = {
  name: 'open',
  order: 100,
  title: 'Open model: 10,000 arrivals a second',
  about:
    'One core, nginx, 200 users, arrivals without a free user dropped. `precise` (the default) and `economy` for a minute each, then `economy` for 10 s, of which the first second is a tenth. Schedule error: how late an arrival was handed to its user.',
  async run(settings) {
    const { folder, say } = settings;
    if (!haveNginx()) return [{ what: 'all', value: undefined, unit: '', note: nginxMissing }];
    const nginx = await startNginx(folder);
    const left = patience(settings.patience);
    const timed = async (timing: 'precise' | 'economy', seconds: number): Promise<Row[]> => {
      say(`${timing}, ${seconds} s`);
      const load = openLoad({ rate, seconds, users, timing });
      const calm = await calmly(left, () =>
        runLoadstar('plain', { folder, seconds: seconds + 5, host: nginx.url, load }),
      );
      const run = calm.result;
      const at = (list: readonly number[], p: 50 | 99): string => (list[percentiles.indexOf(p)] ?? 0).toFixed(3);
      const planned = rate * seconds;
      return [
        {
          what: `${timing}, ${seconds} s: planned less started and dropped`,
          value: planned - run.started - run.dropped,
          unit: 'arrivals',
          digits: 0,
          aim: { atLeast: 0, atMost: 0 },
          note: `${planned} planned, ${run.started} started, ${run.dropped} dropped${failureWords(run)}`,
        },
        {
          what: `${timing}, ${seconds} s: schedule error p99`,
          value: run.lagMs[percentiles.indexOf(99)],
          unit: 'ms',
          digits: 3,
          aim: { atMost: 2 },
          note: `p50 ${at(run.lagMs, 50)} ms, largest ${run.lagMaxMs.toFixed(1)} ms; service time p50 ${at(run.serviceMs, 50)} ms, p99 ${at(run.serviceMs, 99)} ms; ${(run.cpuSeconds / seconds).toFixed(2)} of the core${disturbanceWords([calm])}`,
        },
      ];
    };
    try {
      return [...(await timed('precise', 60)), ...(await timed('economy', 60)), ...(await timed('economy', 10))];
    } finally {
      await nginx.close();
    }
  },
};
