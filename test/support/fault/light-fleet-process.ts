/**
 * Part of a fleet in one process: real agents over real sockets, whose load is arithmetic. Not in the process of the
 * test, because in jest a thousand refused connections a second, each with its error, cost more than a processor.
 */
import { SocketIoControlClient, WorkerAgent } from '@loadstar/protocol';
import { SeededRandom, type Share, silentLogger, systemClock } from '@loadstar/shared';
import { LightRunner } from './light-runner.js';

export type FleetOrder =
  | {
      readonly kind: 'join';
      readonly url: string;
      readonly token: string;
      readonly seed: string;
      readonly from: number;
      readonly to: number;
    }
  | { readonly kind: 'look' }
  | { readonly kind: 'leave' };

/** What one worker did. */
export interface LightWorker {
  readonly share: Share | undefined;
  readonly starts: number;
  readonly made: number;
}

interface Member {
  readonly agent: WorkerAgent;
  readonly runner: LightRunner;
}

const members: Member[] = [];
const tell = (answer: readonly LightWorker[]): void => void process.send?.(answer);

function join({ url, token, seed }: FleetOrder & { kind: 'join' }, index: number): Member {
  const name = `k${index}`;
  const runner = new LightRunner(name);
  const agent = new WorkerAgent({
    client: new SocketIoControlClient([url]),
    runner,
    clock: systemClock,
    logger: silentLogger,
    random: new SeededRandom(`${name}/${seed}`),
    joinToken: token,
    name,
    engines: 1,
    health: () => ({ cpuPercent: 1, rssBytes: 1e8, loopLagMs: 1, engines: 1, users: 1 }),
  });
  void agent.start();
  return { agent, runner };
}

process.on('message', (order: FleetOrder) => {
  if (order.kind === 'join') {
    for (let index = order.from; index < order.to; index++) members.push(join(order, index));
    tell([]);
  } else if (order.kind === 'look') {
    tell(members.map(({ runner: { share, starts, made } }) => ({ share, starts, made })));
  } else {
    for (const { runner } of members) runner.silence();
    void Promise.all(members.map(({ agent }) => agent.leave('the test is over'))).then(() => tell([]));
  }
});
process.on('disconnect', () => process.exit(0));
