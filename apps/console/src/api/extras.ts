// What the page shows as soon as the API has it. Every field here is optional: where it is missing, what would show it
// is not there either, so no button is ever dead. A field moves to the shared types once the master sends it.
import type { LiveFrame, LiveState, RunView, SeriesPoint } from '@loadstar/shared';

/** Said by `GET /api/v1/config` as `features`. */
export interface Features {
  /**
   * Upper bounds in milliseconds of the buckets of `latency`, rising; one more bucket is open above. Present when points
   * carry `latency`: the heat map.
   */
  latencyBoundsMs?: readonly number[];
  /** `POST /api/v1/runs/:id/pause` and `/resume`. */
  pause?: boolean;
  /** `POST /api/v1/runs/:id/stop` takes `{"graceMs": 0}`. */
  stopNow?: boolean;
  /** `GET /api/v1/runs/:id/events`. */
  events?: boolean;
  /** `PATCH /api/v1/runs/:id` takes `notes` and `tags`, also of a run that has ended. */
  notes?: boolean;
}

export interface PointExtras {
  serviceP50Ms?: number | null;
  serviceP95Ms?: number | null;
  serviceP99Ms?: number | null;
  /** Requests of this second by response time, in the buckets of `latencyBoundsMs`; zeros at the end may be left out. */
  latency?: readonly number[];
}
export type Point = SeriesPoint & PointExtras;

export type EventKind = 'joined' | 'lost' | 'edited' | 'phase' | 'fault' | 'page';

/** Something that happened to a run, drawn as a mark on its charts. */
export interface RunEvent {
  /** Seconds since the start of the run. */
  second: number;
  /** ISO 8601 in UTC. */
  at: string;
  kind: EventKind;
  /** One sentence. */
  text: string;
}

/** `events` of a state are all of the run, those of a frame are new. */
export type State = LiveState & { events?: readonly RunEvent[] };
export type Frame = LiveFrame & { events?: readonly RunEvent[] };

export interface RunTotals {
  requests: number;
  failures: number;
  p95Ms: number;
}

export interface RunExtras {
  tags?: readonly string[];
  notes?: string;
  paused?: boolean;
  totals?: RunTotals;
}
export type Run = RunView & RunExtras;
