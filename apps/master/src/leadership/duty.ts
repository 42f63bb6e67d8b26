/**
 * What this master process does at the moment: it leads, and then the control plane works and serves; or it stands by.
 * One process changes from standby to leader once. A leader that was replaced is taken down whole (`main.ts`), because
 * nothing of what it knows is to be trusted any more.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { type ControlServer, StandbyDoor } from '@loadstar/protocol';
import type { Clock, Logger } from '@loadstar/shared';
import type { MasterConfig } from '../config/master-config.js';
import { answerMsOf, defaultTimingSettings, leaseMs } from '../config/timing-settings.js';
import type { MasterCore } from '../master-core.js';
import { Leadership } from './leadership.js';
import { MasterRole } from './master-role.js';
import { isNotice, tellReplaced } from './replaced-notice.js';

export interface DutyParts {
  readonly config: MasterConfig;
  readonly core: MasterCore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Another master leads now; called once. */
  readonly replaced: () => void;
}

/** Where this master is, for others and for its successor at the same place. */
export interface DutyPlace {
  readonly holder: string;
  readonly url: string;
}

export class Duty extends MasterRole {
  private leadership: Leadership | undefined;
  private server: ControlServer | undefined;
  private isOpen = false;
  private isLeavingNow = false;
  private closed: Promise<void> | undefined;
  private readonly servingListeners: (() => void)[] = [];

  constructor(private readonly parts: DutyParts) {
    super();
  }

  /** Whether calls are answered here. */
  get isServing(): boolean {
    return this.isOpen;
  }

  /** Whether it lets go of what it has, and still answers what changes nothing by what it knows. */
  get isLeaving(): boolean {
    return this.isLeavingNow;
  }

  get leaderUrl(): string | undefined {
    return this.leadership?.leaderUrl;
  }

  get leaderName(): string {
    return this.leaderUrl ?? 'nobody yet';
  }

  /** How long the master that leads may take to begin an answer, milliseconds. */
  get answerMs(): number {
    return answerMsOf(this.parts.config.timings ?? defaultTimingSettings);
  }

  /** Number of this master among all that ever led; undefined while it has not. */
  get epoch(): number | undefined {
    return this.isOpen ? this.leadership?.epoch : undefined;
  }

  /** Secret by which this master and the others of its store know each other; undefined while nobody leads. */
  get termKey(): string | undefined {
    return this.leadership?.key;
  }

  /** Calls back when this master begins to serve. */
  onServing(listener: () => void): void {
    this.servingListeners.push(listener);
  }

  /** A call says that it is from the master that leads instead. @returns whether it is */
  takeNotice(headers: IncomingHttpHeaders): boolean {
    const { leadership } = this;
    if (leadership?.epoch === undefined || !isNotice(headers, leadership.key)) return false;
    leadership.superseded();
    return true;
  }

  /** Lets workers in by this wire when this master leads, and tells them to go elsewhere until then. */
  serveWorkers(server: ControlServer): void {
    const { config, clock, logger } = this.parts;
    this.server = server;
    new StandbyDoor({ server, clock, logger, joinToken: config.joinToken, leader: () => this.leaderName }).open();
  }

  /**
   * Finds out who leads.
   * @returns when this master serves, or knows that another one leads
   * @throws LoadstarError STORE_UNAVAILABLE, STORE_LOCKED, STORE_NEWER
   */
  async begin({ holder, url }: DutyPlace): Promise<void> {
    const { core, clock, logger, replaced } = this.parts;
    const { store } = core;
    await store.open();
    const leadership = new Leadership({
      lease: store.lease,
      isExclusive: store.isExclusive,
      clock,
      logger,
      holder,
      url,
      leaseMs,
      elected: (epoch, before) => {
        if (before !== undefined && before.url !== url) void tellReplaced(before, logger);
        return this.lead(epoch);
      },
      lost: () => {
        this.isOpen = false;
        replaced();
      },
    });
    this.leadership = leadership;
    await leadership.begin();
    if (!this.isOpen) logger.info({ leader: this.leaderName }, 'this master stands by');
  }

  /** Ends everything; a leader steps down, so that another one is there at once. May be called again. */
  close(): Promise<void> {
    this.closed ??= this.letGo();
    return this.closed;
  }

  private async letGo(): Promise<void> {
    this.isLeavingNow = this.isOpen;
    this.isOpen = false;
    const { core } = this.parts;
    await core.letGo();
    // From now on another master may lead, and know more.
    this.isLeavingNow = false;
    await this.leadership?.close();
    await core.store.close();
  }

  private async lead(epoch: number): Promise<void> {
    const { core } = this.parts;
    core.store.writeAs(epoch, () => this.leadership?.superseded());
    await core.open(epoch);
    if (this.server) await core.attachWorkers(this.server);
    this.isOpen = true;
    for (const listener of this.servingListeners) listener();
  }
}
