/**
 * F3 master killed and back: `kill -9` of the master in the middle of a run, another one on the same embedded store five
 * seconds later. More of it: master-killed-otherwise.slow-fault-spec.ts; on PostgreSQL: store-killed.slow-fault-spec.ts.
 *
 * Seen red: with `RunComeback.isWaiting` made false the first workers that are back are given all of the load: 250 requests
 * a second of 200 while the fourth was still on its way.
 */
import { f3Workers, killTheMaster } from '../support/fault/kill-the-master.js';
import { scene } from '../support/fault/scene.js';

jest.setTimeout(300_000);

it('F3: a killed master comes back to its run: counts exactly equal, load unbroken, one run', async () => {
  await scene({ name: 'F3', workers: f3Workers }, killTheMaster);
});
