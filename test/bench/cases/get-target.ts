import type { BenchCase } from '../harness/bench-case.js';
import { comparePeers } from '../harness/compare-peers.js';
import { haveTarget, startTarget, targetMissing } from '../servers/target.js';

export const benchCase: BenchCase = {
  name: 'get-target',
  order: 20,
  title: 'The same GET against the sample target',
  about: 'The target is a Node server and the slower side here: rates are its, costs are the tools’. Three rounds.',
  async run(settings) {
    if (!haveTarget()) return [{ what: 'against wrk', value: undefined, unit: '', note: targetMissing }];
    const target = await startTarget();
    try {
      return await comparePeers(
        { ...settings, rounds: Math.min(3, settings.rounds) },
        {
          traffic: 'get',
          scenario: 'get',
          origin: target.url,
          path: '/',
          ratio: 'speed',
          against: { wrk: undefined, autocannon: undefined },
        },
      );
    } finally {
      await target.close();
    }
  },
};
