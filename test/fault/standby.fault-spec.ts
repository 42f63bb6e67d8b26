/**
 * Standby: `kill -9` of the master that leads at one moment of a run, drawn from the seed; `standby.slow-fault-spec.ts`
 * has ten of them, and masters that come back.
 *
 * How it was seen red: see `standby.slow-fault-spec.ts`.
 */
import { failOver } from '../support/fault/failover.js';
import { masterPair } from '../support/fault/master-pair.js';

jest.setTimeout(240_000);

it('standby: the other master sees a run through whose master was killed', async () => {
  await masterPair('standby', 2, async (pair) => {
    await failOver(pair, { runTimeSeconds: 14, atS: pair.random.between(1, 9) });
  });
});
