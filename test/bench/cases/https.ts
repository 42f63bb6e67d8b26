import type { BenchCase } from '../harness/bench-case.js';
import { comparePeers } from '../harness/compare-peers.js';
import { haveNginx, nginxMissing, startNginx } from '../servers/nginx.js';

export const benchCase: BenchCase = {
  name: 'https',
  order: 50,
  title: 'HTTPS, connections kept',
  about: 'The scripted GET over TLS 1.3, certificate unchecked on both sides, handshakes included.',
  async run(settings) {
    if (!haveNginx()) return [{ what: 'against wrk', value: undefined, unit: '', note: nginxMissing }];
    const nginx = await startNginx(settings.folder);
    try {
      return await comparePeers(settings, {
        traffic: 'get',
        scenario: 'get',
        origin: nginx.secureUrl,
        path: '/',
        ratio: 'speed',
        against: { wrk: { atLeast: 0.55 } },
      });
    } finally {
      await nginx.close();
    }
  },
};
