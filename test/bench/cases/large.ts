import type { BenchCase } from '../harness/bench-case.js';
import { comparePeers } from '../harness/compare-peers.js';
import { haveNginx, nginxMissing, startNginx } from '../servers/nginx.js';

export const benchCase: BenchCase = {
  name: 'large',
  order: 40,
  title: 'Bodies of 100 kB, kept',
  about: 'The whole body stays with the response; wrk reads and forgets it.',
  async run(settings) {
    if (!haveNginx()) return [{ what: 'against wrk', value: undefined, unit: '', note: nginxMissing }];
    const nginx = await startNginx(settings.folder);
    try {
      return await comparePeers(settings, {
        traffic: 'large',
        scenario: 'large',
        origin: nginx.url,
        path: '/large.txt',
        ratio: 'cost',
        against: { wrk: { atMost: 1.6 } },
      });
    } finally {
      await nginx.close();
    }
  },
};
