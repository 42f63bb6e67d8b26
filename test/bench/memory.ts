/**
 * Memory of an engine by users: growth of its resident memory from the first few to all of them.
 *
 *   npx esbuild test/bench/memory.ts --bundle --platform=node --format=esm --packages=external --outfile=dist/bench/memory.mjs
 *   node [node arguments] dist/bench/memory.mjs waiting|connected URL USERS SECONDS
 *
 * `connected`: every user makes a GET each 4.5 to 5.5 s over a connection of its own; `waiting`: every user only waits.
 */
import { readFileSync } from 'node:fs';
import { Engine, HttpEngine } from '@loadstar/engine';
import { between, HttpUser, readScenario } from '@loadstar/scenario';
import { type RunPlan, silentLogger, systemClock } from '@loadstar/shared';

class Idle extends HttpUser {
  static override tasks = { once: 1 };
  override waitTime = between(4.5, 5.5);

  async once(): Promise<void> {}
}

class Caller extends HttpUser {
  static override tasks = { once: 1 };
  override waitTime = between(4.5, 5.5);

  async once(): Promise<void> {
    await this.http.get('/');
  }
}

const [mode = 'waiting', url = 'http://127.0.0.1:1', users = '10000', seconds = '20'] = process.argv.slice(2);
const plan: RunPlan = {
  runId: 'bench',
  scenario: 'bench',
  bundleHash: '',
  host: url,
  seed: '1',
  load: { kind: 'users', users: 10, spawnRate: 10_000, runTimeMs: undefined },
  userClasses: [],
  classWeights: {},
  stopTimeoutMs: 1_000,
  identify: false,
  limits: { maxUsers: Number(users), allowedTargets: [] },
};
const rssKb = (): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const http = new HttpEngine({ clock: systemClock, limits: plan.limits });
const engine = new Engine({
  definition: readScenario(mode === 'waiting' ? { Idle } : { Caller }),
  plan,
  clock: systemClock,
  logger: silentLogger,
  clients: (recorder) => ({ client: (baseUrl) => http.client(baseUrl, recorder) }),
  health: () => ({
    cpuPercent: 0,
    rssBytes: 0,
    loopLagMs: 0,
    loopUtilisation: 0,
    errorBoundMs: 0,
    scheduleLagMs: 0,
    engines: 1,
  }),
  onStatus: () => http.flush(),
});
engine.start({ share: { index: 0, of: 1 }, inMs: 0, elapsedMs: 0, changes: [], data: undefined });
await pause(3_000);
const before = rssKb();
engine.adjust({
  atMs: 0,
  load: {
    atMs: 0,
    users: Number(users),
    spawnRate: 2_500,
    runTimeMs: undefined,
    userClasses: undefined,
    classWeights: undefined,
  },
});
let most = 0;
const samples: number[] = [];
for (let second = 0; second < Number(seconds); second++) {
  await pause(1_000);
  const grown = (rssKb() - before) / Number(users);
  most = Math.max(most, grown);
  samples.push(grown);
}
const { heapUsed, heapTotal, external } = process.memoryUsage();
const { user, system } = process.cpuUsage();
process.stdout.write(
  `${JSON.stringify({
    mode,
    users: Number(users),
    connections: http.openConnections,
    beforeMb: Math.round(before / 1024),
    lastKb: samples.at(-1),
    mostKb: most,
    heapUsedMb: heapUsed >> 20,
    heapTotalMb: heapTotal >> 20,
    externalMb: external >> 20,
    cpuSeconds: (user + system) / 1e6,
    failures: [...engine.recorder.stats.errors].map(({ text, count }) => `${count} ${text}`),
  })}\n`,
);
process.exit(0);
