/**
 * A client with nothing but good manners, and how long it waits. In a process of its own, because the test's is busy with
 * whatever it throws at the master, and a client in it would wait for that.
 */
import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import type { GoodWaits } from './good-client.js';

const gapMs = 10;

/** How long the main thread of a process could have run and was not let, milliseconds since its start: the machine's making. */
function heldBackMs(pid: number): number {
  const [, waitedNs] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ');
  return Number(waitedNs) / 1e6;
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const ask = (url: string): Promise<number> =>
  new Promise((resolve) => {
    const request = get(url, { agent }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', () => resolve(0));
    });
    request.on('error', () => resolve(0));
  });

async function askOn(url: string, pid: number, isOver: () => boolean): Promise<GoodWaits> {
  const both = (): number => heldBackMs(pid) + heldBackMs(process.pid);
  const waits: GoodWaits = { failures: 0, waitsMs: [], ownMs: [] };
  while (!isOver()) {
    const [heldMs, fromMs] = [both(), performance.now()];
    const status = await ask(url);
    const waitMs = performance.now() - fromMs;
    waits.waitsMs.push(waitMs);
    waits.ownMs.push(Math.max(0, waitMs - (both() - heldMs)));
    if (status !== 200) waits.failures++;
    await new Promise((resolve) => setTimeout(resolve, gapMs));
  }
  return waits;
}

let isOver = false;
process.on('message', (order: { url: string; pid: number } | 'end') => {
  if (order === 'end') isOver = true;
  else {
    process.send?.('begun');
    void askOn(order.url, order.pid, () => isOver).then((waits) => process.send?.(waits, () => process.exit(0)));
  }
});
// Whoever started it may have ended without a word.
process.on('disconnect', () => process.exit(0));
