import type { BenchCase } from '../harness/bench-case.js';
import { comparePeers } from '../harness/compare-peers.js';
import { haveNginx, nginxMissing, startNginx } from '../servers/nginx.js';

export const benchCase: BenchCase = {
  name: 'get',
  order: 10,
  title: 'A scripted GET with one check',
  about:
    'A user class that requests `/` and checks the status, 64 users, no think time, against nginx. The peers do the same without a script, except Locust, whose users are Python classes without a check.',
  async run(settings) {
    if (!haveNginx()) return [{ what: 'against all', value: undefined, unit: '', note: nginxMissing }];
    const nginx = await startNginx(settings.folder);
    try {
      return await comparePeers(settings, {
        traffic: 'get',
        scenario: 'get',
        origin: nginx.url,
        path: '/',
        ratio: 'speed',
        against: {
          wrk: { atLeast: 0.6 },
          autocannon: { atLeast: 2.5 },
          undici: { atLeast: 2 },
          hey: { atLeast: 2.5 },
          h2load: undefined,
          'Locust FastHttpUser': { atLeast: 15 },
          'Locust HttpUser': { atLeast: 50 },
        },
      });
    } finally {
      await nginx.close();
    }
  },
};
