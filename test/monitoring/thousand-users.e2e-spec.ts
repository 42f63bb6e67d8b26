import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually.js';
import { type Platform, startPlatform } from '../support/platform.js';
import { stopSwarm, swarm, totalOf } from '../support/swarm.js';
import { type Prometheus, startPrometheus } from './support/prometheus.js';

jest.setTimeout(180_000);

const users = 1_000;

/** A scrape takes a second at most (its interval) and has the time of its beginning: only what began earlier is all written. */
const unwrittenS = 1.5;
/** By how much Prometheus moves the time of a scrape to keep its series even (`--scrape.timestamp-tolerance`: 2 ms). */
const movedS = 0.005;

/** What each of three accounts of one load says: the target's own, the workers' own, and the master's merged one. */
const accounts = {
  target: 'app_requests_total',
  workers: 'loadstar_worker_requests_total',
  master: 'loadstar_requests_total',
} as const;
const jobs = { target: 'target', workers: 'worker', master: 'master' } as const;
type Account = keyof typeof accounts;

describe('1,000 users of simple-load', () => {
  let folder: string;
  let platform: Platform;
  let prometheus: Prometheus;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'loadstar-thousand-'));
    platform = await startPlatform({ workers: 2 });
    const address = (url: string): string => new URL(url).host;
    prometheus = await startPrometheus(folder, {
      // Nobody is told in this test.
      alertmanager: '127.0.0.1:9',
      targets: {
        master: [address(platform.masterUrl)],
        worker: platform.workers.map(({ url }) => address(url)),
        target: [address(platform.targetUrl)],
      },
    });
  });
  afterAll(async () => {
    await prometheus?.end();
    await platform?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const total = async (expr: string, atS?: number): Promise<number> =>
    (await prometheus.query(expr, atS)).reduce((sum, { value }) => sum + value, 0);
  /** When an account was last scraped, of several scrapes the earliest or the latest; Unix seconds. */
  const scraped = (which: 'min' | 'max', account: Account, atS: number): Promise<number> =>
    total(`${which}(timestamp(${accounts[account]}))`, atS);

  /** When the latest scrape of an account had ended; its numbers are of some moment before. */
  const readUntil = (account: Account, atS: number): Promise<number> => {
    const job = `{job="${jobs[account]}"}`;
    return total(`max(timestamp(up${job}) + scrape_duration_seconds${job})`, atS);
  };

  it('are the same to the target, to the workers and to Prometheus, during the run and one scrape after it', async () => {
    const beganS = Date.now() / 1000;
    expect(await swarm(platform.masterUrl, { user_count: users, spawn_rate: 250 })).toMatchObject({ success: true });
    await eventually(async () => {
      expect([await total('sum(loadstar_users)'), await total('sum(loadstar_worker_users)')]).toEqual([users, users]);
    });
    await eventually(async () => expect(await total(`sum(${accounts.master})`)).toBeGreaterThan(5_000), 60_000);

    // A request reaches the target before it ends, and a worker knows of its end before the master does. So what one
    // account says at a scrape, the one before it says at every scrape that begins when that one has ended.
    // Only of moments about which Prometheus will learn no more: several questions then speak of the same scrapes.
    const endedS = Date.now() / 1000 - unwrittenS;
    let compared = 0;
    // Not in step with the scrapes: each target has its own moment of their interval, and a look must fall between two.
    for (let atS = beganS + 2; atS < endedS; atS += 0.23) {
      const sum = (account: Account): Promise<number> => total(`sum(${accounts[account]})`, atS);
      for (const [later, earlier] of [
        ['workers', 'target'],
        ['master', 'target'],
        ['master', 'workers'],
      ] as const) {
        const isEarlierUp = (await total(`min(up{job="${jobs[earlier]}"})`, atS)) === 1;
        if (!isEarlierUp || (await readUntil(later, atS)) + movedS > (await scraped('min', earlier, atS))) continue;
        compared++;
        expect([later, earlier, (await sum(later)) <= (await sum(earlier))]).toEqual([later, earlier, true]);
      }
    }
    expect(compared).toBeGreaterThan(0);

    const stats = await stopSwarm(platform.masterUrl);
    const stoppedS = Date.now() / 1000;
    const { num_requests: requests, num_failures: failures } = totalOf(stats);
    expect(failures).toBe(0);
    // The first scrape of each that was made after the end has the whole run, to the request.
    for (const account of Object.keys(accounts) as Account[]) {
      const atS = await eventually(async () => {
        const nowS = Date.now() / 1000;
        expect(await scraped('min', account, nowS)).toBeGreaterThan(stoppedS);
        return nowS;
      });
      expect([account, await total(`sum(${accounts[account]})`, atS)]).toEqual([account, requests]);
    }
    expect(await total('sum(loadstar_response_duration_seconds_count)')).toBe(requests);
    expect(await total('sum(app_response_time_seconds_count)')).toBe(requests);
    const mean = (name: string): Promise<number> => total(`sum(${name}_sum) / sum(${name}_count)`);
    const [seen, done] = [await mean('loadstar_request_duration_seconds'), await mean('app_response_time_seconds')];
    // Users wait for what the target does, and for the way there and back.
    expect(seen).toBeGreaterThanOrEqual(done);
    process.stdout.write(
      `  ▸ ${requests} requests of ${users} users, mean ${(seen * 1000).toFixed(1)} ms seen, ${(done * 1000).toFixed(1)} ms at the target\n`,
    );
  });
});
