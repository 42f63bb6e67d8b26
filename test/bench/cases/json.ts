import type { BenchCase } from '../harness/bench-case.js';
import { comparePeers } from '../harness/compare-peers.js';
import { haveNginx, nginxMissing, startNginx } from '../servers/nginx.js';

export const benchCase: BenchCase = {
  name: 'json',
  order: 30,
  title: 'A JSON POST whose answer is decoded',
  about:
    'The user encodes an object, decodes the answer and checks a field of it. wrk sends the same octets and decodes nothing.',
  async run(settings) {
    if (!haveNginx()) return [{ what: 'against wrk', value: undefined, unit: '', note: nginxMissing }];
    const nginx = await startNginx(settings.folder);
    try {
      return await comparePeers(settings, {
        traffic: 'json',
        scenario: 'json',
        origin: nginx.url,
        path: '/json',
        ratio: 'speed',
        against: { wrk: { atLeast: 0.4 } },
      });
    } finally {
      await nginx.close();
    }
  },
};
