/** What is new in the series of a snapshot since an earlier one of the same sender, straight from the bytes of both. */
import { Times } from '../histogram/times.js';
import { outcomes } from '../outcome.js';
import { keyOf } from '../run-stats/groups.js';
import { type RunStats, seriesLimit } from '../run-stats/run-stats.js';
import { idOfSeries, Series, type SeriesKey } from '../run-stats/series.js';
import { textLimit } from '../run-stats/text.js';
import { type ByteReader, malformed } from './byte-reader.js';
import { readHistogramDelta } from './histogram-delta.js';
import { readSeriesNumbers } from './stats-codec.js';

/** The name of a series in the forms that it is looked up and sorted by: made once, and used for every later snapshot. */
export interface SeriesName {
  readonly key: SeriesKey;
  readonly id: string;
  /** Rises from one series of a snapshot to the next. */
  readonly order: string;
}

export function nameOfSeries({ key, id }: Pick<Series, 'key' | 'id'>): SeriesName {
  return { key, id, order: keyOf(key.name, key.method, key.userClass) };
}

export interface SeriesDelta {
  /** Of all series of the later snapshot, in its order. */
  readonly names: readonly SeriesName[];
  /** Attempts begun and not ended at the later one. */
  readonly inFlight: number;
  /** Whether the later one is one: no series is missing and no number is smaller. */
  readonly covers: boolean;
}

/** Reads both lists of series. @param known names of the earlier list; what is new goes into `delta` */
export function readSeriesDelta(
  later: ByteReader,
  earlier: ByteReader,
  known: readonly SeriesName[],
  delta: RunStats,
): SeriesDelta {
  const names: SeriesName[] = [];
  let covers = true;
  let inFlight = 0;
  let before = 0;
  let leftBefore = earlier.integer(seriesLimit + 1);
  const nextBefore = (): SeriesName | undefined => (leftBefore-- > 0 ? readName(earlier, known[before++]) : undefined);
  let then = nextBefore();
  let previous = '';
  for (let left = later.integer(seriesLimit + 1); left > 0; left--) {
    const name = readName(later, then);
    if (name.order <= previous) throw malformed('its series are not in order');
    previous = name.order;
    names.push(name);
    for (; then !== undefined && then.order < name.order; then = nextBefore()) {
      covers = false;
      readSeriesNumbers(earlier, new Series(then.key, then.id));
    }
    if (then?.order === name.order) {
      const change = readChange(later, earlier, name);
      covers &&= change.covers;
      inFlight += change.inFlight;
      if (change.series) delta.adoptSeries(change.series);
      then = nextBefore();
    } else {
      const series = new Series(name.key, name.id);
      readSeriesNumbers(later, series);
      inFlight += series.inFlight;
      delta.adoptSeries(series);
    }
  }
  for (; then !== undefined; then = nextBefore()) {
    covers = false;
    readSeriesNumbers(earlier, new Series(then.key, then.id));
  }
  return { names, inFlight, covers };
}

/** @param expected what it probably is */
function readName(reader: ByteReader, expected: SeriesName | undefined): SeriesName {
  const userClass = reader.text(textLimit);
  const method = reader.text(textLimit);
  const name = reader.text(textLimit);
  const key = expected?.key;
  if (expected && key?.name === name && key.method === method && key.userClass === userClass) return expected;
  const own = { userClass, method, name };
  return nameOfSeries({ key: own, id: idOfSeries(own) });
}

interface Change {
  /** Undefined when nothing has happened. */
  readonly series: Series | undefined;
  readonly inFlight: number;
  readonly covers: boolean;
}

/** Reused by every call, because reading is synchronous. */
const more = new Float64Array(outcomes.length);

/** The numbers of one series of both. */
function readChange(later: ByteReader, earlier: ByteReader, { key, id }: SeriesName): Change {
  const started = later.integer();
  const startedMore = started - earlier.integer();
  let covers = startedMore >= 0;
  let ended = 0;
  let endedMore = 0;
  let succeeded = 0;
  for (let outcome = 0; outcome < more.length; outcome++) {
    const count = later.integer();
    const difference = count - earlier.integer();
    if (difference < 0) covers = false;
    more[outcome] = difference;
    ended += count;
    endedMore += difference;
    if (outcome === 0) succeeded = count;
  }
  const receivedMore = later.integer() - earlier.integer();
  const sentMore = later.integer() - earlier.integer();
  covers &&= receivedMore >= 0 && sentMore >= 0;
  const lastMs = later.amount();
  earlier.amount();
  const ok = readTimes(later, earlier);
  const failed = readTimes(later, earlier);
  if (ok.count !== succeeded || failed.count !== ended - succeeded) {
    throw malformed('outcomes and times of a series contradict each other');
  }
  covers &&= ok.covers && failed.covers;
  const inFlight = Math.max(0, started - ended);
  if (!covers || (endedMore === 0 && startedMore === 0 && sentMore === 0)) {
    return { series: undefined, inFlight, covers };
  }
  const series = new Series(key, id, ok.difference, failed.difference);
  series.started = startedMore;
  series.counts.set(more);
  series.bytesReceived = receivedMore;
  series.bytesSent = sentMore;
  series.lastMs = lastMs;
  return { series, inFlight, covers };
}

interface TimesDelta {
  readonly difference: Times;
  readonly count: number;
  readonly covers: boolean;
}

/** Where response times are those of the service, they are read from the same bytes. */
function readTimes(later: ByteReader, earlier: ByteReader): TimesDelta {
  const isApart = later.integer(1) === 1;
  const wasApart = earlier.integer(1) === 1;
  const [laterPlace, earlierPlace] = [later.place, earlier.place];
  const service = readHistogramDelta(later, earlier);
  const { count } = service;
  if (!isApart && !wasApart) return { ...service, difference: new Times(service.difference) };
  if (!isApart) later.goBack(laterPlace);
  if (!wasApart) earlier.goBack(earlierPlace);
  const response = readHistogramDelta(later, earlier);
  if (response.count !== count) throw malformed('service and response times differ in number');
  const difference = new Times(service.difference, response.difference);
  return { difference, count, covers: service.covers && response.covers };
}
