import type { Clock } from '@loadstar/shared';
import { ChannelError, type ControlChannel, type MessageHandler } from './port.js';

/** Messages that may wait for a reader; only the moment between "connected" and `receive` needs them. */
const maxUnread = 64;

/** What both adapters share: early messages, requests that end with the channel, and closing exactly once. */
export abstract class ChannelBase implements ControlChannel {
  abstract readonly address: string;
  private handler: MessageHandler | undefined;
  private unread: Parameters<MessageHandler>[] = [];
  private readonly pending = new Set<(reason: string) => void>();
  private readonly closeHandlers: ((reason: string, isBroken: boolean) => void)[] = [];
  private closedBecause: string | undefined;
  private isBroken = false;

  constructor(private readonly clock: Clock) {}

  get isOpen(): boolean {
    return this.closedBecause === undefined;
  }

  send(name: string, payload: unknown): void {
    if (this.isOpen) this.emit(name, payload);
  }

  request(name: string, payload: unknown, timeoutMs: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (!this.isOpen) {
        reject(new ChannelError(`the connection is closed (${this.closedBecause})`));
        return;
      }
      const settle = (end: () => void): void => {
        if (!this.pending.delete(closed)) return;
        timer.cancel();
        end();
      };
      const closed = (reason: string): void =>
        settle(() => reject(new ChannelError(`the connection closed (${reason})`)));
      const timer = this.clock.setTimeout(
        () => settle(() => reject(new ChannelError(`no answer within ${timeoutMs} ms`))),
        timeoutMs,
      );
      this.pending.add(closed);
      this.emitRequest(name, payload, (answer) => settle(() => resolve(answer)));
    });
  }

  receive(handler: MessageHandler): void {
    this.handler = handler;
    const early = this.unread;
    this.unread = [];
    for (const message of early) handler(...message);
  }

  onClose(handler: (reason: string, isBroken: boolean) => void): void {
    if (this.closedBecause !== undefined) handler(this.closedBecause, this.isBroken);
    else this.closeHandlers.push(handler);
  }

  abstract close(): void;

  protected abstract emit(name: string, payload: unknown): void;
  /** `answered` may be called never, late or more than once. */
  protected abstract emitRequest(name: string, payload: unknown, answered: (answer: unknown) => void): void;

  protected received(...message: Parameters<MessageHandler>): void {
    if (this.handler) this.handler(...message);
    else if (this.unread.length < maxUnread) this.unread.push(message);
  }

  protected closed(reason: string, isBroken = false): void {
    if (!this.isOpen) return;
    this.closedBecause = reason;
    this.isBroken = isBroken;
    this.unread = [];
    for (const reject of [...this.pending]) reject(reason);
    for (const handler of this.closeHandlers.splice(0)) handler(reason, isBroken);
  }
}
