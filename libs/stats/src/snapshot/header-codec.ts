import { type ByteReader, malformed } from './byte-reader.js';
import type { ByteWriter } from './byte-writer.js';
import { phases, type SnapshotHeader } from './header.js';
import { boundedText, textLimit } from '../run-stats/text.js';

const idLimit = 128;
const classLimit = 1_000;
const hasReason = 1;
const isFinal = 2;
const isBehind = 4;
const hasUnreported = 8;
const allFlags = hasReason | isFinal | isBehind | hasUnreported;

export function writeHeader(writer: ByteWriter, header: SnapshotHeader): void {
  writer.text(boundedText(header.runId, idLimit));
  writer.text(boundedText(header.worker, idLimit));
  writer.text(boundedText(header.incarnation, idLimit));
  writer.integer(whole(header.seq));
  writer.double(header.elapsedMs);
  writer.double(header.startedMs ?? 0);
  writer.integer(phases.indexOf(header.phase));
  const behindMs = Math.max(0, header.behindMs ?? 0);
  const unreported = whole(header.unreportedAtMost ?? 0);
  writer.integer(
    (header.reason === undefined ? 0 : hasReason) |
      (header.final ? isFinal : 0) |
      (behindMs > 0 ? isBehind : 0) |
      (unreported > 0 ? hasUnreported : 0),
  );
  if (header.reason !== undefined) writer.text(boundedText(header.reason));
  if (behindMs > 0) writer.double(behindMs);
  if (unreported > 0) writer.integer(unreported);
  writer.integer(whole(header.users));
  writer.integer(whole(header.targetUsers));
  writer.double(Math.max(0, header.spawnRate));
  const classes = Object.entries(header.usersByClass).slice(0, classLimit);
  writer.integer(classes.length);
  for (const [name, users] of classes) {
    writer.text(boundedText(name));
    writer.integer(whole(users));
  }
  const { health } = header;
  writer.double(Math.max(0, health.cpuPercent));
  writer.integer(whole(health.rssBytes));
  writer.double(Math.max(0, health.loopLagMs));
  writer.double(Math.max(0, health.loopUtilisation));
  writer.double(Math.max(0, health.errorBoundMs));
  writer.double(Math.max(0, health.scheduleLagMs));
  writer.integer(whole(health.engines));
}

export function readHeader(reader: ByteReader): SnapshotHeader {
  const runId = reader.text(idLimit);
  const worker = reader.text(idLimit);
  const incarnation = reader.text(idLimit);
  const seq = reader.integer();
  const elapsedMs = reader.double();
  const startedMs = reader.double();
  const phase = phases[reader.integer()];
  if (phase === undefined) throw malformed('its phase is unknown');
  const flags = reader.integer(allFlags);
  const reason = (flags & hasReason) === 0 ? undefined : reader.text(textLimit);
  const behindMs = (flags & isBehind) === 0 ? undefined : reader.amount();
  const unreportedAtMost = (flags & hasUnreported) === 0 ? undefined : reader.integer();
  const users = reader.integer();
  const targetUsers = reader.integer();
  const spawnRate = reader.amount();
  const classes: [string, number][] = [];
  for (let left = reader.integer(classLimit); left > 0; left--)
    classes.push([reader.text(textLimit), reader.integer()]);
  return {
    runId,
    worker,
    incarnation,
    seq,
    elapsedMs,
    startedMs: startedMs === 0 ? undefined : startedMs,
    behindMs,
    unreportedAtMost,
    phase,
    final: (flags & isFinal) !== 0,
    reason,
    users,
    targetUsers,
    spawnRate,
    usersByClass: Object.fromEntries(classes),
    health: {
      cpuPercent: reader.amount(),
      rssBytes: reader.integer(),
      loopLagMs: reader.amount(),
      loopUtilisation: reader.amount(),
      errorBoundMs: reader.amount(),
      scheduleLagMs: reader.amount(),
      engines: reader.integer(),
    },
  };
}

/** A count as the format holds it; what is no count becomes 0 rather than a snapshot that nobody can read. */
function whole(value: number): number {
  return value > 0 ? Math.min(Math.round(value), Number.MAX_SAFE_INTEGER) : 0;
}
