/**
 * F17 in short: 1,100 malformed inputs, see `malformed.slow-fault-spec.ts`, which also says how it was seen red.
 */
import { countable } from '../support/fault/live-memory.js';
import { withstandInputs, withstandStrangers } from '../support/fault/malformed-claims.js';
import { scene } from '../support/fault/scene.js';

jest.setTimeout(240_000);

it('F17: a thousand malformed inputs: no crash, no 5xx, a code for each, and a good client is served meanwhile', async () => {
  const master = { LOADSTAR_MAX_USERS: '100', ...countable };
  await scene({ name: 'F17-short', workers: 0, master }, (stage) =>
    withstandInputs(stage, { rest: 800, events: 160, frames: 60, doors: 4 }),
  );
});

it('F17: before authentication nothing but 401 and its kin comes of any of them', async () => {
  const token = 't'.repeat(32);
  const master = { LOADSTAR_AUTH: 'on', LOADSTAR_TOKENS: `admin:${token}` };
  await scene({ name: 'F17-short-closed', workers: 0, master, token }, (stage) => withstandStrangers(stage, 150));
});
