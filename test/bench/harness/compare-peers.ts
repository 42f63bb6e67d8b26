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
  /** The same without the tool's start, where that is long. */
  readonly cpuUsStarted?: number;
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
  return wanted.flatMap((peer) => {
    const samples = theirs.get(peer.name);
    if (!samples) {
      return [
        { what: `against ${peer.name}`, value: undefined, unit: units[comparison.ratio], note: missing(peer.install) },
      ];
    }
    const pairs = ours.flatMap((own, round) => {
      const their = samples[round];
      return their ? [{ own, their, foreign: Math.max(own.foreign, their.foreign) }] : [];
    });
    return rowsOf(peer.name, comparison, pairs, failed);
  });
}

interface Pair {
  readonly own: Sample;
  readonly their: Sample;
  readonly foreign: number;
}

const units = { speed: 'x requests per CPU second', cost: 'x CPU per request' } as const;
const missing = (install: string): string => `not installed: ${install}`;

/** A row of the comparison as it is aimed at, and one that leaves the peer's start out where that is long. */
function rowsOf(name: string, comparison: Comparison, pairs: readonly Pair[], failed: string): Row[] {
  const counted = calmRounds(pairs);
  const rowOf = (what: string, costUs: (sample: Sample) => number, aim: Aim | undefined): Row => {
    const ratios = counted.map(({ own, their }) =>
      comparison.ratio === 'speed' ? costUs(their) / own.cpuUs : own.cpuUs / costUs(their),
    );
    const ownWords = words(
      counted.map(({ own }) => own.cpuUs),
      counted.map(({ own }) => own.perSecond),
    );
    const theirWords = words(
      counted.map(({ their }) => costUs(their)),
      counted.map(({ their }) => their.perSecond),
    );
    return {
      what,
      value: median(ratios),
      unit: units[comparison.ratio],
      digits: 2,
      spread: extent(ratios),
      aim,
      note: `${ownWords}; ${name} ${theirWords}${failed}${disturbanceWords(pairs)}`,
    };
  };
  const whole = rowOf(`against ${name}`, ({ cpuUs }) => cpuUs, comparison.against[name]);
  if (counted.every(({ their }) => their.cpuUsStarted === undefined)) return [whole];
  const started = ({ cpuUs, cpuUsStarted = cpuUs }: Sample): number => cpuUsStarted;
  return [whole, rowOf(`against ${name}, its start left out`, started, undefined)];
}

const words = (costsUs: readonly number[], rates: readonly number[]): string =>
  `${median(costsUs).toFixed(1)} µs and ${Math.round(median(rates))}/s`;

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
  const usAfter = (startSeconds: number): number => ((spent.cpuSeconds - startSeconds) * 1e6) / answers;
  return {
    cpuUs: usAfter(0),
    perSecond: answers / seconds,
    ...(plan.startUp !== undefined && { cpuUsStarted: usAfter(plan.startUp) }),
  };
}
