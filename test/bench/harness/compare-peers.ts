/**
 * Loadstar beside other tools over the same traffic: in each round every tool runs once, one after the other, against
 * the same server; a round's ratio is of two runs that stand at most a round apart. The CPU time of a tool is that of its
 * whole process, start included.
 */
import type { Aim, Row, Settings, Traffic } from './bench-case.js';
import { calmly, calmRounds, disturbanceWords, patience } from './disturbance.js';
import { closedLoad, failureWords, runLoadstar } from './loadstar.js';
import { measureLocustStart } from './locust.js';
import { extent, median } from './median.js';
import { runClient } from './pinned-process.js';

interface Sample {
  /** CPU microseconds a request. */
  readonly cpuUs: number;
  readonly perSecond: number;
  readonly foreign: number;
}

export interface Comparison {
  readonly traffic: Traffic;
  readonly scenario: string;
  readonly origin: string;
  readonly path: string;
  /** Peers by name, and what is aimed at against each. */
  readonly against: Readonly<Record<string, Aim | undefined>>;
  /** `speed`: requests per CPU second, ours over theirs. `cost`: CPU per request, ours over theirs. */
  readonly ratio: 'speed' | 'cost';
}

export async function comparePeers(settings: Settings, comparison: Comparison): Promise<Row[]> {
  const { rounds, say, peers } = settings;
  const names = Object.keys(comparison.against);
  const wanted = peers
    .filter(({ name }) => names.includes(name))
    .toSorted((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
  const present = wanted.filter((peer) => peer.installed());
  if (present.some(({ name }) => name.startsWith('Locust'))) await measureLocustStart();
  const ours: Sample[] = [];
  const theirs = new Map<string, Sample[]>(present.map(({ name }) => [name, []]));
  const left = patience(settings.patience);
  let failed = '';
  for (let round = 0; round < rounds; round++) {
    say(`round ${round + 1} of ${rounds}`);
    const run = await calmly(left, () => sampleLoadstar(settings, comparison));
    failed ||= run.result.failed;
    ours.push({ ...run.result.sample, foreign: run.foreign });
    for (const peer of present) {
      const { result, foreign } = await calmly(left, () => samplePeer(settings, comparison, peer));
      theirs.get(peer.name)?.push({ ...result, foreign });
    }
  }
  return wanted.map((peer) => {
    const samples = theirs.get(peer.name);
    const what = `against ${peer.name}`;
    const unit = comparison.ratio === 'speed' ? 'x requests per CPU second' : 'x CPU per request';
    if (!samples) return { what, value: undefined, unit, note: `not installed: ${peer.install}` };
    const pairs = ours.flatMap((own, round) => {
      const their = samples[round];
      return their ? [{ own, their, foreign: Math.max(own.foreign, their.foreign) }] : [];
    });
    const counted = calmRounds(pairs);
    const ratios = counted.map(({ own, their }) =>
      comparison.ratio === 'speed' ? their.cpuUs / own.cpuUs : own.cpuUs / their.cpuUs,
    );
    const told = `${words(counted.map(({ own }) => own))}; ${peer.name} ${words(counted.map(({ their }) => their))}`;
    return {
      what,
      value: median(ratios),
      unit,
      digits: 2,
      spread: extent(ratios),
      aim: comparison.against[peer.name],
      note: told + failed + disturbanceWords(pairs),
    };
  });
}

const words = (samples: readonly Sample[]): string =>
  `${median(samples.map(({ cpuUs }) => cpuUs)).toFixed(1)} µs and ${Math.round(median(samples.map(({ perSecond }) => perSecond)))}/s`;

async function sampleLoadstar(
  { folder, seconds, users }: Settings,
  { scenario, origin }: Comparison,
): Promise<{ sample: Omit<Sample, 'foreign'>; failed: string }> {
  const run = await runLoadstar(scenario, { folder, seconds, host: origin, load: closedLoad(users, seconds) });
  const sample = { cpuUs: (run.cpuSeconds * 1e6) / run.answers, perSecond: run.answers / seconds };
  return { sample, failed: failureWords(run) };
}

async function samplePeer(
  { folder, seconds, users }: Settings,
  { traffic, origin, path }: Comparison,
  peer: Settings['peers'][number],
): Promise<Omit<Sample, 'foreign'>> {
  const plan = peer.plan({ traffic, origin, path, users, seconds, folder });
  if (!plan) throw new Error(`${peer.name} cannot make this traffic`);
  const spent = await runClient(plan.command, plan.args, { cwd: plan.cwd, limitSeconds: seconds + 30, anyExit: true });
  const answers = plan.answers(spent);
  if (!(answers > 0)) throw new Error(`${peer.name} got no answers: ${(spent.stderr || spent.stdout).slice(0, 300)}`);
  return { cpuUs: ((spent.cpuSeconds - (plan.startUp ?? 0)) * 1e6) / answers, perSecond: answers / seconds };
}
