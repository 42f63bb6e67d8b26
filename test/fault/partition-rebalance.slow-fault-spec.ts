/**
 * F7 partition for 20 s with policy `rebalance`: the worker that is cut off fences itself before the others get its share.
 *
 * Seen red: before workers fenced themselves a cut of 20 s put 187 requests into a second of a plan of 120.
 */
import { cutOff } from '../support/fault/cut-off.js';

jest.setTimeout(180_000);

it('F7: with policy rebalance a cut of 20 s costs no request, and nobody sends more than the plan', async () => {
  await cutOff('rebalance', 20);
});
