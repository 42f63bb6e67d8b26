/**
 * The real client over real sockets against a server gone mad: every request ends, once, in one class, and nothing is
 * left open. The server answers with damaged responses in pieces, ends or resets connections amid them, or says nothing.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { HttpEngine, RunRecorder } from '@loadstar/engine';
import { type SeededRandom, systemClock } from '@loadstar/shared';
import { outcomes } from '@loadstar/stats';
import { damagedResponse } from './damaged-response.js';

const users = 40;
const requestsOfEach = 25;
const timeoutMs = 50;
/** All of a round together; reached only by a request that never ends. */
const roundLimitMs = 60_000;

export interface ConnectionCounts {
  requests: number;
  byOutcome: Record<string, number>;
}

export class ConnectionFuzz {
  readonly counts: ConnectionCounts = { requests: 0, byOutcome: {} };
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private random: SeededRandom,
  ) {}

  static async open(random: SeededRandom): Promise<ConnectionFuzz> {
    const server = createServer((socket) => fuzz.accept(socket));
    const fuzz = new ConnectionFuzz(server, random);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return fuzz;
  }

  /** @throws Error when a request does not end or is counted twice or never, or a connection is left over */
  async round(random: SeededRandom): Promise<void> {
    this.random = random;
    const address = this.server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
    const engine = new HttpEngine({ clock: systemClock, limits: { allowedTargets: [] } });
    const recorder = new RunRecorder(systemClock);
    const forClass = recorder.forClass('Fuzz');
    let ended = 0;
    const user = async (): Promise<void> => {
      const http = engine.client(url, forClass);
      for (let i = 0; i < requestsOfEach; i++) {
        const response = await http.request(random.pick(['GET', 'GET', 'HEAD', 'POST']), '/', {
          timeoutMs,
          redirects: 2,
        });
        if (response.ok !== (response.error === undefined)) throw new Error(`ok and ${response.error} at once`);
        ended++;
      }
      http.close();
    };
    await this.within(Promise.all(Array.from({ length: users }, user)), () => `${ended} requests ended`);
    engine.flush();
    this.check(recorder, ended);
    if (engine.openConnections !== 0) throw new Error(`${engine.openConnections} connections are left over`);
    engine.close();
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private check(recorder: RunRecorder, ended: number): void {
    let started = 0;
    let counted = 0;
    let failures = 0;
    for (const series of recorder.stats.allSeries()) {
      started += series.started;
      series.counts.forEach((count, index) => {
        const outcome = outcomes[index] ?? 'unknown';
        counted += count;
        if (outcome !== 'ok') failures += count;
        if (count > 0) this.counts.byOutcome[outcome] = (this.counts.byOutcome[outcome] ?? 0) + count;
      });
    }
    // A redirect that is followed is an exchange of its own, and not a request of the user.
    if (started !== counted || counted < ended)
      throw new Error(`${started} started, ${counted} counted, ${ended} ended`);
    if (failures > counted) throw new Error(`${failures} failures of ${counted}`);
    this.counts.requests += counted;
  }

  private async within(work: Promise<unknown>, progress: () => string): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`a request does not end: ${progress()}`)), roundLimitMs);
    });
    try {
      await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private accept(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => {});
    socket.on('data', () => this.answer(socket));
  }

  private answer(socket: Socket): void {
    const { random } = this;
    const wire = damagedResponse(random);
    // Silence costs a timeout each: seldom.
    if (random.next() < 0.01) return;
    const cut = random.int(0, wire.length);
    const ending = random.next();
    socket.write(wire.subarray(0, cut));
    setImmediate(() => {
      if (!socket.writable) return;
      if (ending < 0.3) socket.write(wire.subarray(cut));
      else if (ending < 0.9) socket.end(wire.subarray(cut));
      else socket.resetAndDestroy();
    });
  }
}
