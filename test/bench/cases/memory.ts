import type { BenchCase, Row, Settings } from '../harness/bench-case.js';
import { extent, median } from '../harness/median.js';
import { closedLoad, failureWords, type LoadstarRun, runLoadstar } from '../harness/loadstar.js';
import { haveNginx, nginxMissing, startNginx } from '../servers/nginx.js';

/** Growth of a process is nearly the same each time: a fraction of the rounds will do. */
const fewer = (rounds: number): number => Math.ceil(rounds / 3);

export const benchCase: BenchCase = {
  name: 'memory',
  order: 70,
  title: 'Memory of a user',
  about:
    'Growth of the resident set from before the load (scenario loaded) to the last third of it. 10,000 users, each with a connection of its own and a request about every 5 s; then 50,000 users that wait and have no connection. Two rounds.',
  async run(settings) {
    const rows: Row[] = [];
    if (haveNginx()) {
      const nginx = await startNginx(settings.folder);
      try {
        rows.push(
          await growth(settings, nginx.url, {
            scenario: 'connected',
            users: 10_000,
            seconds: 18,
            spawnRate: 1_500,
            atMost: 8,
          }),
        );
      } finally {
        await nginx.close();
      }
    } else rows.push({ what: '10,000 connected users', value: undefined, unit: 'kB a user', note: nginxMissing });
    const nowhere = 'http://127.0.0.1:1';
    rows.push(
      await growth(settings, nowhere, {
        scenario: 'waiting',
        users: 50_000,
        seconds: 12,
        spawnRate: 10_000,
        atMost: 1.5,
      }),
    );
    return rows;
  },
};

interface Crowd {
  readonly scenario: string;
  readonly users: number;
  readonly seconds: number;
  readonly spawnRate: number;
  /** kB a user. */
  readonly atMost: number;
}

async function growth({ folder, rounds, say }: Settings, host: string, crowd: Crowd): Promise<Row> {
  const { scenario, users, seconds, spawnRate, atMost } = crowd;
  const runs: LoadstarRun[] = [];
  for (let round = 0; round < fewer(rounds); round++) {
    say(`${users} users, round ${round + 1} of ${fewer(rounds)}`);
    runs.push(await runLoadstar(scenario, { folder, seconds, host, load: closedLoad(users, seconds, spawnRate) }));
  }
  const kB = runs.map(({ rssBytes, rssBeforeBytes }) => (rssBytes - rssBeforeBytes) / users / 1000);
  const [last] = runs;
  const rss = runs.map(({ rssBytes }) => rssBytes / 1e6);
  const connections = scenario === 'connected' ? `, ${last?.openedConnections} connections opened` : '';
  return {
    what: `${users.toLocaleString('en')} ${scenario} users`,
    value: median(kB),
    unit: 'kB a user',
    digits: 2,
    spread: extent(kB),
    aim: { atMost },
    note: `whole process ${median(rss).toFixed(0)} MB, ${((last?.rssBeforeBytes ?? 0) / 1e6).toFixed(0)} MB before${connections}${last ? failureWords(last) : ''}`,
  };
}
