// The worker's end of the wire: finds the master, says hello, beats, learns its clock, and starts again when it is gone.
import { type Clock, type Logger, LoadstarError, type SeededRandom, type TimerHandle } from '@loadstar/shared';
import type { Hello, Welcome } from '../messages/join.js';
import { welcomeMessage } from '../messages/join.js';
import { type Beat, beatAnswer, type BeatHealth, beatMessage } from '../messages/liveness.js';
import { ClockSync } from '../session/clock-sync.js';
import { MasterLease } from '../session/master-lease.js';
import { nextAttemptInMs } from '../session/reconnect.js';
import { defaultTimings } from '../session/timings.js';
import { ChannelError, type ControlChannel, type ControlClient, type MessageHandler } from '../transport/port.js';

export interface MasterConnectionOptions {
  readonly client: ControlClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: SeededRandom;
  /** Made anew for each attempt, because it tells which run the worker is in. */
  hello(): Hello;
  health(): BeatHealth;
  /** The master let this worker in; commands follow. */
  joined(welcome: Welcome): void;
  command: MessageHandler;
  /**
   * Called after each beat's answer.
   * @param sentMs own monotonic time at which the beat had left: the master heard this worker then or later
   * @param losses how often the master has given this worker up
   */
  beaten(sentMs: number, losses: number): void;
  /**
   * The master refuses this worker for good (token, version).
   * @returns whether to give up; otherwise it is asked again
   */
  refused(error: LoadstarError): boolean;
}

/** Refusals that a second attempt cannot change. */
const finalRefusals: ReadonlySet<string> = new Set(['JOIN_TOKEN_WRONG', 'VERSION_SKEW', 'MALFORMED_MESSAGE']);
/** Quick beats after joining, so that a start right after it finds a clock that is known well. */
const firstBeats = 5;
const firstBeatGapMs = 20;
/**
 * Silence on an open connection, and beats sent into it, after which it is given up: TCP itself may take minutes to
 * notice. Beats are counted too, because after a stop of this process the silence was its own.
 */
const deafMs = 6_000;
const deafBeats = 4;
const answerMs = 5_000;
/** How often the log says that there is still no master. */
const remindMs = 30_000;

export class MasterConnection {
  readonly sync = new ClockSync();
  readonly lease: MasterLease;
  private channel: ControlChannel | undefined;
  /** Of the connection that stands, and of the last one that did. */
  private welcome: Welcome | undefined;
  private lastWelcome: Welcome | undefined;
  /** Of the master that let this worker in last. */
  private epoch = 0;
  private isEnded = false;
  private retry: TimerHandle | undefined;
  private beatTimer: TimerHandle | undefined;
  private unanswered = 0;
  private confirmed: number | undefined;
  private lastReminderMs: number | undefined;
  private firstResult: () => void = () => {};

  constructor(private readonly options: MasterConnectionOptions) {
    this.lease = new MasterLease(options.clock.nowMs());
  }

  /** Whether the master has let this worker in and the connection stands. */
  get isJoined(): boolean {
    return this.welcome !== undefined && this.channel?.isOpen === true;
  }

  /** Silence limits that the master gave; the defaults before it did. */
  get timings(): { readonly beatMs: number; readonly drainMs: number; readonly stopMs: number } {
    return this.lastWelcome ?? defaultTimings;
  }

  /** Own monotonic time at which the newest beat that was answered had left; undefined before the first. */
  get confirmedMs(): number | undefined {
    return this.confirmed;
  }

  /** Begins to look for the master, and goes on until `end`. @returns when the first attempt has come to something */
  start(): Promise<void> {
    return new Promise((resolve) => {
      this.firstResult = resolve;
      void this.attempt();
    });
  }

  /** Closes the connection and makes no other. */
  end(): void {
    this.isEnded = true;
    this.retry?.cancel();
    this.hangUp();
  }

  /** Sends what needs no answer; dropped when there is no master. */
  send(name: string, payload: unknown): void {
    if (this.isJoined) this.channel?.send(name, payload);
  }

  /** @throws ChannelError when there is no answer in `timeoutMs` */
  async request(name: string, payload: unknown, timeoutMs = answerMs): Promise<unknown> {
    const { channel } = this;
    if (!channel || !this.isJoined) throw new ChannelError('there is no master');
    const answer = await channel.request(name, payload, timeoutMs);
    this.lease.heard(this.options.clock.nowMs());
    return answer;
  }

  private async attempt(): Promise<void> {
    const { clock, client, random } = this.options;
    const beganMs = clock.nowMs();
    let before: 'failed' | 'blocked' | 'lost' = 'failed';
    try {
      const channel = await client.connect(this.options.hello());
      if (this.isEnded) channel.close();
      else await this.use(channel);
      before = 'lost';
    } catch (error) {
      if (this.takeFailure(error)) {
        this.firstResult();
        return;
      }
      if (error instanceof LoadstarError && error.code === 'TOO_MANY_REQUESTS') before = 'blocked';
    }
    this.firstResult();
    if (this.isEnded) return;
    const pauseMs = nextAttemptInMs(beganMs, clock.nowMs(), before, random);
    this.retry = clock.setTimeout(() => void this.attempt(), pauseMs);
  }

  /** Resolves when the connection is gone. */
  private use(channel: ControlChannel): Promise<void> {
    const { clock, logger } = this.options;
    this.channel = channel;
    const noWelcome = clock.setTimeout(() => channel.close(), answerMs);
    return new Promise((resolve) => {
      channel.onClose((reason) => {
        noWelcome.cancel();
        this.beatTimer?.cancel();
        const wasJoined = this.welcome !== undefined;
        this.channel = undefined;
        this.welcome = undefined;
        if (wasJoined && !this.isEnded) {
          this.lastReminderMs = clock.nowMs();
          logger.warn({ reason }, 'lost the connection to the master; looking for it');
        }
        resolve();
      });
      channel.receive((name, payload, reply) => {
        if (name !== welcomeMessage.name) {
          // One that is not obeyed does not keep the load up either.
          if (!this.welcome) return;
          this.lease.heard(clock.nowMs());
          this.options.command(name, payload, reply);
          return;
        }
        if (this.welcome) return;
        noWelcome.cancel();
        this.enter(channel, payload);
      });
    });
  }

  private enter(channel: ControlChannel, payload: unknown): void {
    const { logger } = this.options;
    let welcome: Welcome;
    try {
      welcome = welcomeMessage.parse(payload);
    } catch (error) {
      logger.error({ err: error }, 'the master’s welcome cannot be read');
      channel.close();
      return;
    }
    // It was replaced while it stood still, or was cut off, and may not know yet. Without a run there is nothing to guard,
    // and a master whose store was made anew counts from 1 again.
    if (welcome.epoch < this.epoch && this.options.hello().run) {
      logger.warn({ epoch: welcome.epoch, highest: this.epoch }, 'a master that was replaced is not obeyed');
      channel.close();
      return;
    }
    this.epoch = welcome.epoch;
    this.lease.heard(this.options.clock.nowMs());
    // Another process has another monotonic clock.
    if (this.lastWelcome?.masterId !== welcome.masterId) this.sync.reset();
    this.unanswered = 0;
    this.welcome = welcome;
    this.lastWelcome = welcome;
    this.lastReminderMs = undefined;
    this.beat(channel, firstBeats);
    this.options.joined(welcome);
    this.firstResult();
  }

  private beat(channel: ControlChannel, quick: number): void {
    if (!channel.isOpen || this.isEnded) return;
    const { clock, logger } = this.options;
    if (this.unanswered >= deafBeats && this.lease.silenceMs(clock.nowMs()) >= deafMs) {
      logger.warn({ silenceMs: Math.round(this.lease.silenceMs(clock.nowMs())) }, 'the master does not answer');
      channel.close();
      return;
    }
    void this.sendBeat(channel);
    const gapMs = quick > 0 ? firstBeatGapMs : this.timings.beatMs;
    this.beatTimer = clock.setTimeout(() => this.beat(channel, quick - 1), gapMs);
  }

  private async sendBeat(channel: ControlChannel): Promise<void> {
    const { clock, logger } = this.options;
    const sentMs = clock.nowMs();
    const { rttMs, lastRttMs } = this.sync;
    this.unanswered++;
    const beat: Beat = { monotonicMs: sentMs, wallMs: clock.wallMs(), rttMs, lastRttMs, health: this.options.health() };
    try {
      const answer = beatAnswer.parse(await channel.request(beatMessage.name, beat, answerMs));
      const arrivedMs = clock.nowMs();
      this.lease.heard(arrivedMs);
      this.unanswered = 0;
      this.confirmed = Math.max(this.confirmed ?? 0, sentMs);
      this.sync.add({ sentMs, arrivedMs, receivedMs: answer.receivedMs, answeredMs: answer.sentMs });
      this.options.beaten(sentMs, answer.losses);
    } catch (error) {
      // No answer in time: the next beats go on, and silence is what counts.
      if (!(error instanceof ChannelError)) logger.warn({ err: error }, 'the answer to a beat cannot be read');
    }
  }

  /** @returns whether this was the end */
  private takeFailure(error: unknown): boolean {
    const { clock, logger } = this.options;
    if (error instanceof LoadstarError && finalRefusals.has(error.code) && this.options.refused(error)) {
      this.end();
      return true;
    }
    const nowMs = clock.nowMs();
    if (this.lastReminderMs === undefined || nowMs - this.lastReminderMs >= remindMs) {
      this.lastReminderMs = nowMs;
      const what = error instanceof LoadstarError ? `${error.message} ${error.hint}` : String(error);
      logger.info({}, `waiting for the master: ${what}`);
    }
    return false;
  }

  private hangUp(): void {
    this.beatTimer?.cancel();
    this.channel?.close();
  }
}
