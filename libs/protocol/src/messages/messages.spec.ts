import fc from 'fast-check';
import { LoadstarError } from '@loadstar/shared';
import { someDescription, somePlan } from '../testing/fake-runner.js';
import { wireCopy } from '../transport/wire-copy.js';
import * as commands from './commands.js';
import { helloMessage, welcomeMessage } from './join.js';
import { beatAnswer, beatMessage, byeMessage } from './liveness.js';
import type { MessageKind } from './parse.js';
import { examplesMessage, logMessage, snapshotAnswer, snapshotMessage, stateMessage } from './reports.js';

const hash = 'a'.repeat(64);
const change = { atMs: 1, users: 2, spawnRate: 3, runTimeMs: undefined, userClasses: ['A'], classWeights: { A: 2 } };
const problem = { code: 'INTERNAL' as const, details: { detail: 'x' }, fields: [{ field: 'f', problem: 'p' }] };

function example<T>(kind: MessageKind<T>, ...values: T[]): { kind: MessageKind<unknown>; values: unknown[] } {
  return { kind, values };
}

/** Every message and answer of the channel, with something valid for each. */
const catalogue = [
  example(helloMessage, {
    token: 't',
    protocol: 1,
    version: '0.1.0',
    worker: 'host-1',
    incarnation: 'abcdef0123',
    key: 'k'.repeat(32),
    engines: 2,
    labels: { zone: 'a' },
    wallMs: 1e12,
    run: { runId: 'r', state: 'running', share: { index: 0, of: 2 }, elapsedMs: 5 },
  }),
  example(welcomeMessage, { workerId: 'w_1', masterId: 'm', epoch: 3, beatMs: 1000, drainMs: 30_000, stopMs: 60_000 }),
  example(beatMessage, {
    monotonicMs: 1,
    wallMs: 2,
    rttMs: undefined,
    lastRttMs: undefined,
    health: { cpuPercent: 1, rssBytes: 2, loopLagMs: 3, engines: 4, users: 5 },
  }),
  example(beatAnswer, { receivedMs: 1, sentMs: 2, losses: 3 }),
  example(byeMessage, { reason: 'SIGTERM' }),
  example(snapshotMessage, { seq: 1, part: 0, parts: 2, bytes: new Uint8Array([1, 2]) }),
  example(snapshotAnswer, { seq: 1 }, { part: 0 }, { problem }),
  example(stateMessage, { state: 'idle', runId: undefined, reason: undefined, problem: undefined }),
  example(logMessage, { lines: ['a'], dropped: 1 }),
  example(examplesMessage, {
    runId: 'r',
    examples: [
      {
        method: 'GET',
        name: '/users',
        isFailure: false,
        traceId: 'a'.repeat(32),
        spanId: 'b'.repeat(16),
        endMs: 1e12,
        serviceMs: 1.5,
        responseMs: 2.5,
      },
    ],
  }),
  example(
    commands.prepareMessage,
    { plan: somePlan() },
    { plan: somePlan({ load: { kind: 'shape', shape: 'Spike', runTimeMs: 5 } }) },
  ),
  example(commands.inspectMessage, { bundleHash: hash }),
  example(commands.descriptionAnswer, { ok: true, description: someDescription }, { needs: 'bundle' }, { problem }),
  example(commands.bundleMessage, { hash, part: 0, parts: 1, bytes: new Uint8Array(3) }),
  example(commands.setupMessage, { runId: 'r' }),
  example(commands.setupAnswer, { ok: true, data: '{}' }, { ok: true, data: undefined }, { problem }),
  example(commands.teardownMessage, { runId: 'r' }),
  example(commands.startMessage, {
    runId: 'r',
    share: { index: 1, of: 2 },
    startAtMasterMs: 1,
    elapsedMs: 2,
    changes: [change],
    data: undefined,
    fenceMs: 8_000,
  }),
  example(commands.adjustMessage, { runId: 'r', atMs: 1, load: change, share: undefined }),
  example(commands.stopMessage, { runId: 'r', graceMs: 0, reason: 'why' }),
  example(commands.doneAnswer, { ok: true }, { problem }),
];

/** Parses and returns the refusal, which must be of the one kind there is. */
function refusal(kind: MessageKind<unknown>, payload: unknown): LoadstarError | undefined {
  try {
    kind.parse(payload);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(LoadstarError);
    expect((error as LoadstarError).code).toBe('MALFORMED_MESSAGE');
    return error as LoadstarError;
  }
}

describe('messages', () => {
  it.each(catalogue.map(({ kind, values }) => [kind.name, kind, values] as const))(
    '%s comes out of the wire as it went in',
    (_name, kind, values) => {
      for (const value of values) expect(kind.parse(wireCopy(value).value)).toEqual(value);
    },
  );

  it('refuse a key that they do not know, also a dangerous one, and do not repeat it', () => {
    for (const { kind, values } of catalogue) {
      for (const value of values) {
        for (const key of ['extra-secret', '__proto__', 'constructor']) {
          const payload = { ...(value as object) };
          Object.defineProperty(payload, key, { value: 1, enumerable: true, configurable: true });
          const error = refusal(kind, payload);
          expect(error).toBeDefined();
          expect(error?.message).not.toContain(key);
        }
      }
    }
  });

  it('refuse a missing field of every message', () => {
    for (const { kind, values } of catalogue) {
      for (const value of values) {
        for (const [key, field] of Object.entries(value as object)) {
          if (field === undefined) continue;
          const rest = Object.fromEntries(Object.entries(value as object).filter(([name]) => name !== key));
          // Leaving out what may be left out gives a valid message; anything else must be refused by name of field.
          const error = refusal(kind, rest);
          if (!['run', 'rttMs', 'lastRttMs', 'load', 'share', 'data', 'fenceMs', 'losses'].includes(key))
            expect(error).toBeDefined();
        }
      }
    }
  });

  it('survive 10,000 inputs of any kind: one error class, never a crash, nothing echoed', () => {
    const marker = 'PAYLOAD-MARKER';
    const anything = fc.anything({ maxDepth: 4, withTypedArray: true, withNullPrototype: true, withBigInt: true });
    const mutated = fc
      .record({ entry: fc.constantFrom(...catalogue), key: fc.nat(), value: anything, nested: fc.boolean() })
      .map(({ entry, key, value, nested }) => {
        const copy = wireCopy(entry.values[key % entry.values.length]).value as Record<string, unknown>;
        const keys = Object.keys(copy);
        const name = keys[key % keys.length] ?? 'x';
        const inner = copy[name];
        if (nested && typeof inner === 'object' && inner !== null) (inner as Record<string, unknown>)[marker] = value;
        else copy[name] = value;
        return { kinds: [entry.kind], payload: copy as unknown };
      });
    const random = anything.map((payload) => ({ kinds: catalogue.map(({ kind }) => kind), payload }));
    fc.assert(
      fc.property(
        fc.oneof({ weight: 3, arbitrary: mutated }, { weight: 1, arbitrary: random }),
        ({ kinds, payload }) => {
          for (const kind of kinds) expect(refusal(kind, payload)?.message ?? '').not.toContain(marker);
        },
      ),
      { numRuns: 10_000 },
    );
  });

  it('survive nesting deeper than the stack, and getters that throw', () => {
    let deep: unknown = { name: 'x', ratio: 1, tasks: [] };
    for (let i = 0; i < 20_000; i++) deep = { name: 'x', ratio: 1, tasks: [deep] };
    const description = {
      userClasses: [{ name: 'A', weight: 1, fixedCount: 0, tasks: [deep] }],
      shapes: [],
      thresholds: {},
    };
    expect(refusal(commands.descriptionAnswer, { ok: true, description })).toBeDefined();
    const trap = {
      get seq(): number {
        throw new Error('trap');
      },
    };
    expect(refusal(snapshotMessage, trap)).toBeDefined();
  });

  it('bound what they carry', () => {
    const over = new Uint8Array(128 * 1024 + 1);
    expect(refusal(snapshotMessage, { seq: 1, part: 0, parts: 1, bytes: over })).toBeDefined();
    expect(refusal(snapshotMessage, { seq: 1, part: 2, parts: 2, bytes: new Uint8Array(1) })).toBeDefined();
    expect(refusal(logMessage, { lines: Array.from({ length: 501 }, () => 'x'), dropped: 0 })).toBeDefined();
    expect(refusal(logMessage, { lines: ['x'.repeat(2_001)], dropped: 0 })).toBeDefined();
    expect(
      refusal(commands.startMessage, {
        runId: 'r',
        share: { index: 2, of: 2 },
        startAtMasterMs: 0,
        elapsedMs: 0,
        changes: [],
      }),
    ).toBeDefined();
  });
});
