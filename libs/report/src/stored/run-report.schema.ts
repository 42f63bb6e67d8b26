/**
 * The stored run format: what `--json` writes, what `compare`, `report` and `--baseline` read. This is the one place that
 * says what is in it; `schema/run-report.schema.json` is written from here (`npm run schema:report`) and a test compares.
 * Version 1: fields are added freely, and readers ignore what they do not know; anything else is a new version.
 */
import { z } from 'zod';

const count = z.number().nonnegative();
const ms = z.number();

const timeSummary = z
  .looseObject({
    count,
    averageMs: ms,
    minMs: ms,
    maxMs: ms,
    percentiles: z.record(z.string(), ms).describe('p50 .. p99.99, p100'),
  })
  .describe('A distribution of times, milliseconds; all 0 while count is 0');

const outcomes = z.record(z.string(), count).describe('Attempts by their outcome: ok, status, check, timeout, ...');

const row = z.looseObject({
  method: z.string(),
  name: z.string(),
  requests: count.describe('Attempts that were ended'),
  failures: count,
  failRatio: z.number(),
  requestsPerSecond: z.number(),
  failuresPerSecond: z.number(),
  averageBytes: z.number(),
  bytesReceived: z.number(),
  bytesSent: z.number(),
  response: timeSummary.describe('Intended start to last byte'),
  service: timeSummary.describe('Request sent to last byte'),
  failedResponse: timeSummary,
  outcomes,
  apdex: z.number().nullable().optional(),
});

const verdict = z.enum(['passed', 'failed', 'degraded', 'invalid']);

const meta = z.looseObject({
  runId: z.string(),
  scenario: z.string(),
  host: z.string(),
  seed: z.string(),
  startedAt: z.string().describe('ISO 8601 in UTC'),
  endedAt: z.string(),
  elapsedSeconds: z.number().describe('Seconds that the numbers cover'),
  countedFromMs: z.number(),
  users: z.number().describe('Most users that ran at once'),
  targetUsers: z.number().nullable(),
  spawnRate: z.number().nullable(),
  shape: z.string().nullable(),
  userClasses: z.array(z.string()),
  workers: z.number(),
  engines: z.number(),
  loadstarVersion: z.string(),
  nodeVersion: z.string(),
  verdict: verdict.nullable(),
  verdictReasons: z.array(z.string()),
  unreportedAtMost: z.number(),
  environment: z.record(z.string(), z.string()),
});

const threshold = z.looseObject({
  selector: z.string(),
  expression: z.string(),
  value: z.number().nullable().describe('In the unit of the expression; null without data'),
  passed: z.boolean(),
  reason: z.string().nullable(),
  missing: z.enum(['data', 'baseline']).optional(),
});

const rateOrNull = z.number().nullable();

const capacity = z
  .looseObject({
    outcome: z.enum(['searching', 'found', 'above cap', 'below start', 'generator limit', 'steps spent']),
    capacity: rateOrNull.describe('Greatest rate that was held'),
    failedRate: rateOrNull.describe('Least rate that was not'),
    estimate: rateOrNull,
    confirmed: z.boolean(),
    capRate: z.number(),
    knee: z
      .looseObject({ concurrency: rateOrNull, peakRate: rateOrNull, peakLow: rateOrNull, peakHigh: rateOrNull })
      .nullable()
      .describe('Where throughput would peak by the universal scalability law, with a 95 % interval'),
    steps: z.array(
      z.looseObject({
        number: count,
        rate: z.number(),
        fromSeconds: z.number(),
        seconds: z.number(),
        passed: z.boolean(),
        trusted: z.boolean(),
        achievedRate: z.number(),
        meanMs: ms,
        p95Ms: ms,
        failRatio: z.number(),
        reason: z.string().nullable(),
      }),
    ),
  })
  .describe('A search for the capacity; rates are arrivals per second');

const interval = z.looseObject({ percentile: z.number(), valueMs: ms, lowMs: ms, highMs: ms });

const steadyRow = z.looseObject({
  method: z.string(),
  name: z.string(),
  requests: count,
  steadyRequests: count,
  percentiles: z.array(
    z.looseObject({
      percentile: z.number(),
      wholeMs: ms,
      steadyMs: ms,
      whole: interval.nullable().describe('95 % interval; null with too little data'),
      steady: interval.nullable(),
    }),
  ),
});

const steady = z.looseObject({
  outcome: z.enum(['settled', 'unsettled', 'short']),
  cutSlices: count,
  fromMs: z.number(),
  reason: z.string(),
  sliceMs: z.number(),
  slices: count,
  total: steadyRow,
  rows: z.array(steadyRow),
});

const effect = z.looseObject({
  metric: z.enum(['typical', 'p50', 'p95', 'p99', 'mean', 'failRate', 'throughput']),
  before: z.number(),
  after: z.number(),
  change: z.number(),
  low: z.number(),
  high: z.number(),
  pValue: z.number(),
  adjusted: z.number().nullable(),
  gated: z.boolean(),
  significant: z.boolean(),
  worse: z.boolean(),
});

const comparedRow = z.looseObject({
  method: z.string(),
  name: z.string(),
  before: count,
  after: count,
  verdict: z.enum(['regression', 'improvement', 'no change', 'too little data', 'new', 'gone']),
  text: z.string(),
  effects: z.array(effect),
});

const comparison = z.looseObject({
  baseline: z.string(),
  candidate: z.string(),
  verdict: z.enum(['regression', 'improvement', 'no change', 'not comparable']),
  text: z.string(),
  cautions: z.array(z.string()),
  total: comparedRow,
  rows: z.array(comparedRow),
  cutSeconds: z.tuple([z.number(), z.number()]),
  confidence: z.number(),
  minEffect: z.number(),
});

const slices = z
  .looseObject({
    layout: z.literal('log-linear-128').describe('Buckets of times: exact below 256 us, then 128 an octave'),
    widthMs: z.number().positive(),
    fromMs: z.number(),
    endMs: z.number(),
    names: z.array(
      z.looseObject({
        method: z.string(),
        name: z.string(),
        requests: z.array(count),
        failures: z.array(count),
        sumMs: z.array(z.number()).describe('Sums of response times'),
        times: z
          .array(z.string())
          .describe(
            'Distributions of response times, base64 of LEB128 integers: per bucket in use (gap to the one before x 2 + (count > 1)) and, if so, the count',
          ),
      }),
    ),
  })
  .describe('The run by time slices and names; every list has one entry a slice');

const point = z.looseObject({
  second: z.number(),
  requests: count,
  failures: count,
  users: z.number(),
  targetUsers: z.number(),
  p50Ms: ms.nullable(),
  p95Ms: ms.nullable(),
  p99Ms: ms.nullable(),
});

export const runReportSchema = z.looseObject({
  schema: z.literal(1),
  meta,
  rows: z.array(row),
  total: row,
  failures: z.array(
    z.looseObject({
      method: z.string(),
      name: z.string(),
      error: z.string(),
      occurrences: count,
      firstSeen: z.string(),
      lastSeen: z.string(),
    }),
  ),
  exceptions: z.array(
    z.looseObject({ count, message: z.string(), traceback: z.string(), workers: z.array(z.string()) }),
  ),
  checks: z.array(z.looseObject({ name: z.string(), passes: count, failures: count })),
  thresholds: z.array(threshold),
  outcomes,
  iterations: z.looseObject({ started: count, finished: count, failed: count, interrupted: count }),
  droppedArrivals: count,
  connections: z.looseObject({ opened: count, reusedAfterStaleClose: count, failed: count }),
  connect: timeSummary,
  lag: timeSummary,
  generators: z.array(
    z.looseObject({
      worker: z.string(),
      incarnation: z.string(),
      phase: z.string(),
      final: z.boolean(),
      users: z.number(),
      elapsedMs: z.number(),
      health: z.record(z.string(), z.number()),
    }),
  ),
  events: z
    .array(
      z.looseObject({
        second: z.number().describe('Seconds of run time'),
        at: z.string().describe('ISO 8601 in UTC'),
        kind: z.enum(['joined', 'lost', 'edited', 'paused', 'phase', 'fault']),
        text: z.string(),
      }),
    )
    .optional()
    .describe('What happened to the run, in order'),
  apdexMs: z.number().optional(),
  steady: steady.optional(),
  capacity: capacity.optional(),
  comparison: comparison.optional(),
  series: z.array(point).describe('The run second by second'),
  slices: slices.optional(),
  snapshot: z
    .string()
    .optional()
    .describe('All numbers of the run, exactly: a snapshot of Loadstar’s wire format in base64'),
});
