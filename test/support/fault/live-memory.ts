import { once } from 'node:events';
import { join } from 'node:path';
import type { AppHandle } from '../apps.js';

/** Environment of an app whose live memory can be asked for. */
export const countable = { NODE_OPTIONS: `--require ${join(__dirname, 'collect-on-demand.cjs')}` };

/** Bytes that live in an app that is `countable`, what could be collected left out. */
export async function liveBytes({ process: app }: AppHandle): Promise<number> {
  const answer = once(app, 'message');
  app.send({ kind: 'collect' });
  const [{ bytes }] = (await answer) as [{ bytes: number }];
  return bytes;
}
