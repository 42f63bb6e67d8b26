/** The numbers of a snapshot as bytes; order and width of the fields are the wire format (see `codec.ts`). */
import { Times } from '../histogram/times.js';
import { checkLimit, errorGroupLimit, exceptionGroupLimit, keyOf, taskLimit } from '../run-stats/groups.js';
import { RunStats, seriesLimit } from '../run-stats/run-stats.js';
import type { Series } from '../run-stats/series.js';
import { textLimit, tracebackLimit } from '../run-stats/text.js';
import { type ByteReader, malformed } from './byte-reader.js';
import type { ByteWriter } from './byte-writer.js';
import { readHistogram, writeHistogram } from './histogram-codec.js';

export function writeStats(writer: ByteWriter, stats: RunStats): void {
  const { iterations, connections } = stats;
  for (const count of [iterations.started, iterations.finished, iterations.failed, iterations.interrupted]) {
    writer.integer(count);
  }
  for (const count of [connections.opened, connections.reusedAfterStaleClose, connections.failed])
    writer.integer(count);
  writer.integer(stats.droppedArrivals);
  writeHistogram(writer, stats.connect);
  writeHistogram(writer, stats.lag);
  writeList(writer, stats.allSeries(), ({ key }) => keyOf(key.name, key.method, key.userClass), writeSeries);
  writeList(
    writer,
    stats.errors,
    (group) => keyOf(group.name, group.method, group.text),
    (to, group) => {
      to.text(group.method);
      to.text(group.name);
      to.text(group.text);
      to.integer(group.count);
      to.double(group.firstSeenMs);
      to.double(group.lastSeenMs);
    },
  );
  writeList(
    writer,
    stats.exceptions,
    (group) => keyOf(group.message, group.traceback),
    (to, group) => {
      to.text(group.message);
      to.text(group.traceback);
      to.integer(group.count);
      to.double(group.firstSeenMs);
      to.double(group.lastSeenMs);
    },
  );
  writeList(
    writer,
    stats.checks,
    ({ name }) => name,
    (to, check) => {
      to.text(check.name);
      to.integer(check.passes);
      to.integer(check.failures);
    },
  );
  writeList(
    writer,
    // Those that were looked up and never begun are no news.
    [...stats.tasks].filter(({ started }) => started > 0),
    ({ userClass, path }) => keyOf(userClass, path),
    (to, task) => {
      to.text(task.userClass);
      to.text(task.path);
      to.integer(task.started);
    },
  );
}

/** @param version of the codec that wrote it */
export function readStats(reader: ByteReader, version: number): RunStats {
  const stats = new RunStats();
  const { iterations, connections } = stats;
  iterations.started = reader.integer();
  iterations.finished = reader.integer();
  iterations.failed = reader.integer();
  iterations.interrupted = reader.integer();
  connections.opened = reader.integer();
  connections.reusedAfterStaleClose = reader.integer();
  connections.failed = reader.integer();
  stats.droppedArrivals = reader.integer();
  stats.connect = readHistogram(reader);
  stats.lag = readHistogram(reader);
  readList(reader, seriesLimit + 1, () => readSeries(reader, stats));
  readGroups(reader, version, stats);
  return stats;
}

/** Errors, exceptions, checks and tasks: all that comes after the series. */
export function readGroups(reader: ByteReader, version: number, stats: RunStats): void {
  readList(reader, errorGroupLimit + 1, () => {
    const [method, name, text] = [reader.text(textLimit), reader.text(textLimit), reader.text(textLimit)];
    const count = reader.integer();
    stats.addErrors({ method, name, text, firstSeenMs: reader.double(), lastSeenMs: reader.double() }, count);
  });
  readList(reader, exceptionGroupLimit + 1, () => {
    const [message, traceback] = [reader.text(textLimit), reader.text(tracebackLimit)];
    const count = reader.integer();
    const [firstSeenMs, lastSeenMs] = [reader.double(), reader.double()];
    stats.addExceptions({ message, traceback, firstSeenMs, lastSeenMs, workers: new Set() }, count);
  });
  readList(reader, checkLimit + 1, () => stats.addChecks(reader.text(textLimit), reader.integer(), reader.integer()));
  if (version < 2) return;
  readList(reader, taskLimit + 1, () =>
    stats.addTask(reader.text(textLimit), reader.text(textLimit), reader.integer()),
  );
}

function writeSeries(writer: ByteWriter, series: Series): void {
  writer.text(series.key.userClass);
  writer.text(series.key.method);
  writer.text(series.key.name);
  writer.integer(series.started);
  for (const count of series.counts) writer.integer(count);
  writer.integer(series.bytesReceived);
  writer.integer(series.bytesSent);
  writer.double(series.lastMs);
  writeTimes(writer, series.ok);
  writeTimes(writer, series.failed);
}

function readSeries(reader: ByteReader, stats: RunStats): void {
  const key = { userClass: reader.text(textLimit), method: reader.text(textLimit), name: reader.text(textLimit) };
  const series = stats.series(key);
  if (series.requests > 0 || series.started > 0) throw malformed('a series occurs twice');
  readSeriesNumbers(reader, series);
}

/** All of a series but its key. */
export function readSeriesNumbers(reader: ByteReader, series: Series): void {
  series.started = reader.integer();
  for (let index = 0; index < series.counts.length; index++) series.counts[index] = reader.integer();
  series.bytesReceived = reader.integer();
  series.bytesSent = reader.integer();
  series.lastMs = reader.amount();
  series.ok = readTimes(reader);
  series.failed = readTimes(reader);
  if (series.ok.service.count !== series.counts[0] || series.failed.service.count !== series.failures) {
    throw malformed('outcomes and times of a series contradict each other');
  }
}

/** 1: response times follow the service times; 0: they are the same. */
function writeTimes(writer: ByteWriter, times: Times): void {
  writer.integer(times.shared ? 0 : 1);
  writeHistogram(writer, times.service);
  if (!times.shared) writeHistogram(writer, times.response);
}

function readTimes(reader: ByteReader): Times {
  const apart = reader.integer(1) === 1;
  const service = readHistogram(reader);
  if (!apart) return new Times(service);
  const response = readHistogram(reader);
  if (response.count !== service.count) throw malformed('service and response times differ in number');
  return new Times(service, response);
}

function writeList<Item>(
  writer: ByteWriter,
  items: Iterable<Item>,
  keyOfItem: (item: Item) => string,
  write: (writer: ByteWriter, item: Item) => void,
): void {
  const sorted = [...items].map((item) => ({ item, key: keyOfItem(item) })).sort((a, b) => (a.key < b.key ? -1 : 1));
  writer.integer(sorted.length);
  for (const { item } of sorted) write(writer, item);
}

function readList(reader: ByteReader, most: number, read: () => void): void {
  for (let left = reader.integer(most); left > 0; left--) read();
}
