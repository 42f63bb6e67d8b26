/**
 * The transport port: what the session rules need of a wire, so that they run the same over Socket.IO and in memory.
 * A wire may lose, repeat, delay and reorder; nothing above relies on it being better. One contract suite runs over
 * both adapters (`transport.contract.ts`).
 */

/** Called for each message. `reply` answers a request once; for a message without a request it does nothing. */
export type MessageHandler = (name: string, payload: unknown, reply: (answer: unknown) => void) => void;

/** One connection between a worker and a master, seen from either end. Payloads are JSON values and `Uint8Array`s. */
export interface ControlChannel {
  readonly isOpen: boolean;
  /** Address of the other end, for logs and login limits. */
  readonly address: string;
  /** Sends without an answer; a closed channel drops it. */
  send(name: string, payload: unknown): void;
  /**
   * Sends and waits for the answer.
   * @throws ChannelError when the channel closes or `timeoutMs` passes first
   */
  request(name: string, payload: unknown, timeoutMs: number): Promise<unknown>;
  /** Sets who reads. Messages that came before are handed over now, in order. */
  receive(handler: MessageHandler): void;
  /**
   * Called once, with words for a log; at once when the channel is closed already. `isBroken` says that the other end was
   * gone without a word: its process ended, or something between the two reset the connection.
   */
  onClose(handler: (reason: string, isBroken: boolean) => void): void;
  close(): void;
}

/** A message that got no answer. The reason is for logs; a caller only needs to know that it cannot know more. */
export class ChannelError extends Error {
  override readonly name = 'ChannelError';
}

/** Who may connect. `H` is what the gate read out of the handshake. */
export interface ControlGate<H> {
  /**
   * Judges a connection before any of its messages is read.
   * @param auth whatever the other end sent as its handshake
   * @throws LoadstarError to refuse; its code and details reach the other end
   */
  admit(auth: unknown, address: string): H;
  connected(channel: ControlChannel, handshake: H): void;
}

/** The master's end. */
export interface ControlServer {
  /** Begins to admit connections; a later call replaces the gate for those that come from then on. */
  open<H>(gate: ControlGate<H>): void;
  /** Closes every channel of the control plane and admits no more. Leaves alone what it did not open. */
  close(): Promise<void>;
}

/** The worker's end: one attempt at a time, when to try again is the session's decision. */
export interface ControlClient {
  /**
   * @param auth handshake
   * @throws LoadstarError as the gate refused, or MASTER_UNREACHABLE when nobody answered
   */
  connect(auth: object): Promise<ControlChannel>;
}
