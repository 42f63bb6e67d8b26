import type { BenchCase } from '../harness/bench-case.js';
import { comparePeers } from '../harness/compare-peers.js';
import { haveNginx, nginxMissing, startNginx } from '../servers/nginx.js';

export const benchCase: BenchCase = {
  name: 'get',
  order: 10,
  title: 'A scripted GET with one check',
  about:
    'A user class that requests `/` and checks the status, 64 users, no think time, against nginx. The peers do the same without a script, except Locust, whose users are Python classes without a check, and the second row of autocannon, where a function looks at every answer. Answers are equal but for the second in their date, as those of a file are; what an answer costs that is different each time is under "Response parser" below.',
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
          'autocannon with a check': undefined,
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
