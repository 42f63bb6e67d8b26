/**
 * Who changed what: one record for every call that changes something and was let through, kept with the runs in the
 * store. Writing it never fails a call; a store that is away loses lines, and the log says so.
 */
import type { Clock, Logger } from '@loadstar/shared';
import { z } from 'zod';
import type { EventStore } from '../store/store.js';

export interface AuditEntry {
  /** Wall-clock milliseconds since the epoch. */
  readonly atMs: number;
  /** Name of the token's holder, or what callers without one share. */
  readonly who: string;
  readonly role: string;
  readonly address: string;
  /** Verb and path, without the query. */
  readonly call: string;
  /** HTTP status of the answer. */
  readonly status: number;
  /** The run that it was about, its target and its users, as far as the answer tells. */
  readonly runId?: string | undefined;
  readonly host?: string | undefined;
  readonly users?: number | undefined;
}

export abstract class AuditTrail {
  /** Never throws. */
  abstract note(entry: Omit<AuditEntry, 'atMs'>): void;
  /** Newest first. */
  abstract list(limit: number): Promise<AuditEntry[]>;
}

const kind = 'audit.call';

const detailSchema = z.object({
  who: z.string(),
  role: z.string(),
  address: z.string(),
  call: z.string(),
  status: z.number(),
  host: z.string().optional(),
  users: z.number().optional(),
});

export class StoredAudit extends AuditTrail {
  constructor(
    private readonly events: EventStore,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    super();
  }

  note({ runId, ...detail }: Omit<AuditEntry, 'atMs'>): void {
    const event = { atMs: Math.round(this.clock.wallMs()), runId, kind, detail };
    this.events.append(event).catch((error: unknown) => {
      this.logger.warn({ err: error, ...detail }, 'a change was not put on record');
    });
  }

  async list(limit: number): Promise<AuditEntry[]> {
    const events = await this.events.list(limit, { kind });
    return events.flatMap(({ atMs, runId, detail }): AuditEntry[] => {
      const known = detailSchema.safeParse(detail);
      return known.success ? [{ atMs, runId, ...known.data }] : [];
    });
  }
}
