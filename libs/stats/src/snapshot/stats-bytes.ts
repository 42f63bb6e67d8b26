/**
 * The numbers of a snapshot as they travel. A master keeps the newest of every worker, and as bytes they take a tenth of
 * what they take as objects, have nothing for the garbage collector to look through, and are compared as they are.
 */
import { RunStats } from '../run-stats/run-stats.js';
import { ByteReader } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';
import { readHistogramDelta } from './histogram-delta.js';
import { readSeriesDelta, nameOfSeries, type SeriesName } from './series-delta.js';
import { readGroups, readStats, writeStats } from './stats-codec.js';

/** Numbers that nobody has read yet, so they may be anything. */
export class StatsBytes {
  /**
   * @param body plain bytes, the numbers from `place` to the end
   * @param texts spelled out before them
   * @param version of the codec that wrote them
   */
  constructor(
    readonly body: Uint8Array,
    readonly place: number,
    readonly texts: readonly string[],
    readonly version: number,
  ) {}

  static of(stats: RunStats, version: number): StatsBytes {
    const writer = new ByteWriter();
    writeStats(writer, stats);
    return new StatsBytes(writer.finish(), 0, [], version);
  }

  /** @param expected texts that it probably spells out, with those before */
  reader(expected: readonly string[] = []): ByteReader {
    return new ByteReader(this.body, this.place, this.texts, expected);
  }

  /** @throws LoadstarError MALFORMED_MESSAGE for anything that `encodeSnapshot` does not write */
  unpack(): RunStats {
    const reader = this.reader();
    const stats = readStats(reader, this.version);
    reader.end();
    return stats;
  }
}

/** Numbers grow by little from one second to the next. */
const roomAhead = 1.2;

/** What is new in a state of numbers. */
export interface StatsDelta {
  readonly delta: RunStats;
  /** Attempts begun and not ended. */
  readonly inFlight: number;
}

/** The newest numbers of one sender. */
export class KeptStats {
  private bytes = new Uint8Array();
  private length = 0;
  private firstTexts: readonly string[] = [];
  private texts: readonly string[] = [];
  private names: readonly SeriesName[] = [];
  private version = 0;

  /** @throws LoadstarError MALFORMED_MESSAGE for what is none */
  static first(stats: StatsBytes): StatsDelta & { readonly kept: KeptStats } {
    const reader = stats.reader();
    const delta = readStats(reader, stats.version);
    reader.end();
    const kept = new KeptStats();
    kept.keep(stats, reader.texts, [...delta.allSeries()].map(nameOfSeries));
    return { kept, delta, inFlight: delta.inFlight };
  }

  /**
   * Goes over to a later state.
   * @returns what is new in it; undefined when it cannot be a later one (`RunStats.covers`): then nothing has changed
   * @throws LoadstarError MALFORMED_MESSAGE for what is none; nothing has changed then either
   */
  advance(stats: StatsBytes): StatsDelta | undefined {
    if (stats.version !== this.version) return this.advanceUnpacked(stats);
    const later = stats.reader(this.texts);
    const earlier = this.reader();
    const delta = new RunStats();
    let covers = readCounts(later, earlier, delta);
    const connect = readHistogramDelta(later, earlier);
    const lag = readHistogramDelta(later, earlier);
    delta.connect = connect.difference;
    delta.lag = lag.difference;
    const { names, inFlight, covers: seriesCover } = readSeriesDelta(later, earlier, this.names, delta);
    covers &&= connect.covers && lag.covers && seriesCover;
    const isRestSame = later.hasSameRest(earlier);
    if (!isRestSame) {
      const [now, then] = [new RunStats(), new RunStats()];
      readGroups(later, stats.version, now);
      readGroups(earlier, this.version, then);
      later.end();
      covers &&= now.covers(then);
      if (covers) delta.merge(now.since(then));
    }
    if (!covers) return undefined;
    this.keep(stats, isRestSame ? this.texts : later.texts, names);
    return { delta, inFlight };
  }

  private reader(): ByteReader {
    return new ByteReader(this.bytes.subarray(0, this.length), 0, this.firstTexts, this.texts);
  }

  /** For what different versions have written. */
  private advanceUnpacked(stats: StatsBytes): StatsDelta | undefined {
    const later = KeptStats.first(stats);
    const earlier = readStats(this.reader(), this.version);
    if (!later.delta.covers(earlier)) return undefined;
    const delta = later.delta.since(earlier);
    this.keep(stats, later.kept.texts, later.kept.names);
    return { delta, inFlight: later.inFlight };
  }

  /** In the same place when there is room: a fleet brings a thousand of them a second. */
  private keep(
    { body, place, texts, version }: StatsBytes,
    allTexts: readonly string[],
    names: readonly SeriesName[],
  ): void {
    this.length = body.length - place;
    if (this.length > this.bytes.length) this.bytes = new Uint8Array(Math.ceil(this.length * roomAhead));
    this.bytes.set(body.subarray(place));
    this.firstTexts = texts;
    this.texts = allTexts;
    this.names = names;
    this.version = version;
  }
}

/** @returns whether none is smaller */
function readCounts(later: ByteReader, earlier: ByteReader, delta: RunStats): boolean {
  let covers = true;
  const more = (): number => {
    const difference = later.integer() - earlier.integer();
    covers &&= difference >= 0;
    return difference;
  };
  const { iterations, connections } = delta;
  iterations.started = more();
  iterations.finished = more();
  iterations.failed = more();
  iterations.interrupted = more();
  connections.opened = more();
  connections.reusedAfterStaleClose = more();
  connections.failed = more();
  delta.droppedArrivals = more();
  return covers;
}
