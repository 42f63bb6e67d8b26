// A wire in memory, on any clock, that can be made as bad as one likes: for tests of what runs on top of it.
import { type Clock, fromWireError, LoadstarError, SeededRandom, toWireError } from '@loadstar/shared';
import { messageLimits } from '../messages/limits.js';
import { ChannelBase } from './channel-base.js';
import type { ControlChannel, ControlClient, ControlGate, ControlServer } from './port.js';
import { wireCopy } from './wire-copy.js';

/** How the wire behaves; all may be changed while it is in use. */
export interface WireBehaviour {
  /** One-way delay, uniform between the two, milliseconds. Different delays do not reorder unless `reorders`. */
  delayMs: [min: number, max: number];
  /** Whether a message may overtake an earlier one. */
  reorders: boolean;
  /** Share of messages (also answers) that vanish, and that arrive twice, 0..1. */
  dropRate: number;
  duplicateRate: number;
  /** Silent cuts: nothing passes in that direction and nobody is told. */
  cutToMaster: boolean;
  cutToWorker: boolean;
  /** Whether nobody listens: connecting fails at once. */
  refuses: boolean;
}

const perfect: WireBehaviour = {
  delayMs: [0, 0],
  reorders: false,
  dropRate: 0,
  duplicateRate: 0,
  cutToMaster: false,
  cutToWorker: false,
  refuses: false,
};

/** A worker's end that can also die, as a process does: without a word, and its connection is gone at once. */
export interface MemoryClient extends ControlClient {
  sever(channel: ControlChannel): void;
}

/** One master and its workers on one wire. */
export class MemoryNetwork {
  readonly behaviour: WireBehaviour = { ...perfect };
  private gate: ControlGate<unknown> | undefined;
  private readonly links = new Set<[MemoryChannel, MemoryChannel]>();
  private readonly random: SeededRandom;

  constructor(
    readonly clock: Clock,
    seed: string | number = 1,
  ) {
    this.random = new SeededRandom(seed);
  }

  /** The master's end; made again, it stands for a restarted master. */
  server(): ControlServer {
    return {
      open: <H>(gate: ControlGate<H>) => {
        this.gate = gate as ControlGate<unknown>;
      },
      close: () => {
        this.gate = undefined;
        this.reset();
        return Promise.resolve();
      },
    };
  }

  client(address = 'memory'): MemoryClient {
    return { connect: (auth) => this.connect(auth, address), sever: (channel) => this.sever(channel) };
  }

  /** Breaks every connection, as a killed process or a reset does: both ends are told. */
  reset(): void {
    for (const [worker, master] of this.links) {
      worker.break('reset');
      master.break('reset');
    }
    this.links.clear();
  }

  private sever(channel: ControlChannel): void {
    for (const link of this.links) {
      if (!link.some((end) => end === channel)) continue;
      for (const end of link) end.break('reset');
      this.links.delete(link);
    }
  }

  /** Internal: carries something to one end, as the behaviour says. */
  carry(to: 'master' | 'worker', lane: Lane, deliver: () => void): void {
    const { behaviour, random, clock } = this;
    const copies = random.next() < behaviour.duplicateRate ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      if (random.next() < behaviour.dropRate) continue;
      const freeAtMs = behaviour.reorders ? 0 : lane.busyUntilMs;
      const atMs = Math.max(freeAtMs, clock.nowMs() + random.between(...behaviour.delayMs));
      lane.busyUntilMs = Math.max(lane.busyUntilMs, atMs);
      clock.setTimeout(() => {
        const isCut = to === 'master' ? behaviour.cutToMaster : behaviour.cutToWorker;
        if (!isCut) deliver();
      }, atMs - clock.nowMs());
    }
  }

  private connect(auth: object, address: string): Promise<ControlChannel> {
    const { behaviour } = this;
    const unreachable = (detail: string): LoadstarError =>
      new LoadstarError('MASTER_UNREACHABLE', { url: 'memory', detail });
    if (behaviour.refuses || !this.gate) return Promise.reject(unreachable('refused'));
    return new Promise((resolve, reject) => {
      this.clock.setTimeout(
        () => {
          const { gate } = this;
          if (!gate || behaviour.refuses || behaviour.cutToMaster || behaviour.cutToWorker) {
            reject(unreachable('no answer'));
            return;
          }
          try {
            const handshake = gate.admit(wireCopy(auth).value, address);
            const worker = new MemoryChannel(this, 'worker', 'memory');
            const master = new MemoryChannel(this, 'master', address);
            worker.peer = master;
            master.peer = worker;
            this.links.add([worker, master]);
            gate.connected(master, handshake);
            resolve(worker);
          } catch (error) {
            reject(fromWireError(toWireError(error)));
          }
        },
        this.random.between(...behaviour.delayMs) * 2,
      );
    });
  }
}

/** Order of one direction of one connection. */
interface Lane {
  busyUntilMs: number;
}

class MemoryChannel extends ChannelBase {
  peer: MemoryChannel | undefined;
  private readonly lane: Lane = { busyUntilMs: 0 };

  constructor(
    private readonly network: MemoryNetwork,
    private readonly side: 'worker' | 'master',
    readonly address: string,
  ) {
    super(network.clock);
  }

  close(): void {
    this.closed('closed here');
    this.toPeer(() => this.peer?.break('closed by the other end', false));
  }

  break(reason: string, isBroken = true): void {
    this.closed(reason, isBroken);
  }

  protected emit(name: string, payload: unknown): void {
    this.transmit(name, payload, () => {});
  }

  protected emitRequest(name: string, payload: unknown, answered: (answer: unknown) => void): void {
    this.transmit(name, payload, answered);
  }

  private transmit(name: string, payload: unknown, answered: (answer: unknown) => void): void {
    const { value, byteLength } = wireCopy(payload);
    this.toPeer(() => {
      const { peer } = this;
      if (!peer?.isOpen) return;
      if (byteLength > messageLimits.frameBytes && peer.side === 'master') {
        peer.close();
        return;
      }
      let replied = false;
      peer.received(name, value, (answer) => {
        if (replied) return;
        replied = true;
        const copy = wireCopy(answer).value;
        peer.toPeer(() => {
          if (this.isOpen) answered(copy);
        });
      });
    });
  }

  private toPeer(deliver: () => void): void {
    this.network.carry(this.side === 'worker' ? 'master' : 'worker', this.lane, deliver);
  }
}
