/** Everything that crosses the control channel is bounded; these are the bounds, in one place. */
export const messageLimits = {
  /** Largest frame that the master reads, bytes. */
  frameBytes: 256 * 1024,
  /** Payload of one part of a bundle or snapshot that is sent in parts, bytes. */
  partBytes: 128 * 1024,
  /** Parts of one bundle: 16 MiB. */
  bundleParts: 128,
  /** Parts of one snapshot: 4 MiB. */
  snapshotParts: 32,
  /** Lines in one `log` message, and characters in a line. */
  logLines: 500,
  logLineLength: 2_000,
  /** Requests with a trace in one `examples` message, and characters of a name in it. */
  traceExamples: 100,
  exampleNameLength: 300,
  /** Characters of JSON that `setup()` may hand to all users. */
  setupDataLength: 80 * 1024,
  /** Characters of JSON in the answer to a command; three bytes each still fit a frame. */
  answerLength: 84 * 1024,
  /** Characters of a name, an id and any other short text. */
  nameLength: 200,
  textLength: 8_000,
} as const;
