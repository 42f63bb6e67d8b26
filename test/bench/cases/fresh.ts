import type { BenchCase, Row, Settings } from '../harness/bench-case.js';
import { comparePeers } from '../harness/compare-peers.js';
import { closedLoad, failureWords, runLoadstar } from '../harness/loadstar.js';
import { haveNginx, nginxMissing, startNginx } from '../servers/nginx.js';

const minute = 60;

export const benchCase: BenchCase = {
  name: 'fresh',
  order: 60,
  title: 'A fresh connection for every request',
  about:
    'wrk asks for `Connection: close`; Loadstar closes by itself, with a reset that leaves no port behind. Then a minute of it: every request must find a port.',
  async run(settings) {
    if (!haveNginx()) return [{ what: 'against wrk', value: undefined, unit: '', note: nginxMissing }];
    const nginx = await startNginx(settings.folder);
    try {
      const whole = await aMinute(settings, nginx.url);
      const rows = await comparePeers(settings, {
        traffic: 'fresh',
        scenario: 'fresh',
        origin: nginx.url,
        path: '/',
        ratio: 'cost',
        against: { wrk: { atMost: 2.2 } },
      });
      return [...rows, whole];
    } finally {
      await nginx.close();
    }
  },
};

async function aMinute({ folder, users, say }: Settings, host: string): Promise<Row> {
  say(`${minute} s of fresh connections`);
  const run = await runLoadstar('fresh', { folder, seconds: minute, host, load: closedLoad(users, minute) });
  const failed = Object.values(run.failures).reduce((sum, count) => sum + count, 0);
  const note = `${run.answers} requests, ${run.openedConnections} connections${failureWords(run)}`;
  return {
    what: `failed requests in ${minute} s`,
    value: failed,
    unit: 'requests',
    digits: 0,
    aim: { atMost: 0 },
    note,
  };
}
