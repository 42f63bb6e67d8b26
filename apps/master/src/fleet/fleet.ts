/**
 * The workers as the master's core sees them: hands what the control channel reports to whoever has a use for it, and
 * answers who can be given work. What a worker is, and its lease, is the matter of @loadstar/protocol.
 */
import type {
  FleetEndpoint,
  FleetListener,
  HeldRun,
  LeaseState,
  ReceivedSnapshot,
  StateReport,
  TraceExamples,
  WorkerLink,
} from '@loadstar/protocol';
import type { WorkerView } from '@loadstar/shared';
import { FleetView } from '../runs/run-control.js';
import type { LogRing } from './log-ring.js';

/** Who is told of workers; the run coordinator. */
export type FleetAudience = Omit<FleetListener, 'logsReceived' | 'examplesReceived'>;

export class Fleet extends FleetView implements FleetListener {
  private endpoint: FleetEndpoint | undefined;
  private readonly audience: FleetAudience[] = [];

  constructor(private readonly logRing: LogRing) {
    super();
  }

  /** Lets workers in from now on. */
  open(endpoint: FleetEndpoint): void {
    this.endpoint = endpoint;
    endpoint.open(this);
  }

  async close(): Promise<void> {
    await this.endpoint?.close();
  }

  tell(audience: FleetAudience): void {
    this.audience.push(audience);
  }

  workers(): WorkerView[] {
    // What a lost worker had when it was last heard is not what it has.
    return this.links().map((link) => (link.leaseState === 'lost' ? { ...link.view(), users: 0 } : link.view()));
  }

  logs(): { master: string[]; workers: Record<string, string[]> } {
    return this.logRing.lines();
  }

  links(): WorkerLink[] {
    return this.endpoint?.links() ?? [];
  }

  /** Those that can be given a run, or a part of one, in order of joining. */
  usable(): WorkerLink[] {
    return this.links().filter(({ isUsable }) => isUsable);
  }

  joined(link: WorkerLink, held: HeldRun | undefined, again: boolean): void {
    for (const listener of this.audience) listener.joined(link, held, again);
  }

  leaseChanged(link: WorkerLink, state: LeaseState, before: LeaseState): void {
    for (const listener of this.audience) listener.leaseChanged(link, state, before);
  }

  stateReported(link: WorkerLink, report: StateReport): void {
    for (const listener of this.audience) listener.stateReported(link, report);
  }

  async snapshotReceived(link: WorkerLink, snapshot: ReceivedSnapshot): Promise<void> {
    for (const listener of this.audience) await listener.snapshotReceived(link, snapshot);
  }

  examplesReceived(_link: WorkerLink, examples: TraceExamples): void {
    this.examples.add(examples);
  }

  logsReceived(link: WorkerLink, lines: readonly string[]): void {
    this.logRing.addOfWorker(link.id, lines);
  }
}
