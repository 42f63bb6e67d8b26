/** Inputs that no well-meaning client sends, and the claims about what a master makes of them. */
import { Agent, request as httpRequest } from 'node:http';
import fc from 'fast-check';
import { protocolVersion } from '@loadstar/protocol';
import { errorTable, newId, type RunView } from '@loadstar/shared';
import { io, type Socket } from 'socket.io-client';
import { eventually } from '../eventually.js';
import { memoryOf } from './faults.js';
import { GoodClient, percentile } from './good-client.js';
import { liveBytes } from './live-memory.js';
import { type Attempt, attempts, keys, routesOf, value } from './malformed-input.js';
import { RawWebSocket } from './raw-web-socket.js';
import type { Scene } from './scene.js';

/** How many of each. */
export interface Counts {
  readonly rest: number;
  readonly events: number;
  readonly frames: number;
  /** Attempts to join with a token that is none: after five from one address it is shut for a minute. */
  readonly doors: number;
}

const atOnce = 16;
/** Most that the process may grow by, and most that what lives in it may differ by, bytes. */
const mostGrowth = 150e6;
const mostLive = 20e6;
/** A good client waits less, in 99 of 100 cases, milliseconds. */
const goodWaitMs = 100;
/** What a master has to have seen before its memory is compared: it keeps its code, compiled, from then on. */
const warmUp: Counts = { rest: 400, events: 80, frames: 40, doors: 0 };
/** What a well-formed request may be told here, where there is no worker. */
const honestRefusals = new Set(['NO_WORKERS']);

interface Answer {
  readonly status: number;
  readonly text: string;
}

function send(url: string, agent: Agent, { method, path, headers, body }: Attempt): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body ? { 'content-length': String(body.length) } : {};
    const request = httpRequest(
      `${url}${path}`,
      { method, agent, headers: { ...headers, ...length }, timeout: 30_000 },
      (response) => {
        let text = '';
        response.on('data', (chunk) => (text += String(chunk)));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        response.on('error', reject);
      },
    );
    request.on('timeout', () => request.destroy(new Error('no answer in 30 s')));
    request.on('error', (error: NodeJS.ErrnoException) => {
      // A body that is refused before it was read may break the connection under it.
      if (body && body.length > 1e6) resolve({ status: 413, text: '{"code":"PAYLOAD_TOO_LARGE"}' });
      else reject(new Error(`${method} ${path}: ${error.message}`));
    });
    request.end(body);
  });
}

/** @returns what is wrong with an answer, in words */
function judge({ method, path }: Attempt, { status, text }: Answer): string[] {
  const what = `${method} ${path.slice(0, 120)}: ${status} ${text.slice(0, 200)}`;
  if (status < 400) return [];
  // The sign-in page is for people; and Locust's own routes answer as Locust's clients expect.
  if (path.startsWith('/login') && text.startsWith('<!doctype html>')) return [];
  let code: unknown;
  let success: unknown;
  try {
    ({ code, success } = JSON.parse(text) as { code?: unknown; success?: unknown });
  } catch {
    return [`no problem document: ${what}`];
  }
  if (success === false && status < 500) return [];
  if (typeof code !== 'string' || !(code in errorTable)) return [`no known code: ${what}`];
  if (status >= 500 && !honestRefusals.has(code)) return [`a fault of ours: ${what}`];
  return text.length > 20_000 ? [`it says too much (${text.length} characters): ${what}`] : [];
}

async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items];
  const take = async (): Promise<void> => {
    for (let item = rest.pop(); item !== undefined; item = rest.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, take));
}

const hello = (stage: Scene): object => ({
  token: stage.joinToken,
  protocol: protocolVersion,
  version: '0.1.0',
  worker: `bad-${newId(6)}`,
  incarnation: newId(10),
  key: 'k'.repeat(32),
  engines: 1,
  labels: {},
  wallMs: 0,
});

function dial(stage: Scene, namespace: string, auth: object): Promise<Socket | undefined> {
  const socket = io(`${stage.master.url}${namespace}`, {
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    auth,
  });
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(socket));
    socket.once('connect_error', () => {
      socket.disconnect();
      resolve(undefined);
    });
  });
}

/** Events with every kind of payload, with an acknowledgement and without. */
async function sendEvents(stage: Scene, seed: number, counts: Counts): Promise<void> {
  const names = fc.constantFrom(
    'snapshot',
    'beat',
    'state',
    'log',
    'bye',
    'welcome',
    'start',
    'disconnect_',
    '__proto__',
    'nonsense',
  );
  const payload = fc.oneof(
    value,
    fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes)),
    fc.record({
      seq: value,
      part: value,
      parts: value,
      bytes: fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes)),
    }),
  );
  const events = fc.sample(
    fc.record({ name: names, values: fc.array(payload, { maxLength: 3 }), acknowledged: fc.boolean() }),
    { numRuns: counts.events, seed },
  );
  for (let from = 0; from < events.length; from += 20) {
    const namespace = from % 80 === 0 ? '/live' : '/workers';
    const socket = await dial(stage, namespace, hello(stage));
    for (const { name, values, acknowledged } of events.slice(from, from + 20)) {
      if (!socket?.connected) break;
      if (acknowledged) socket.emit(name, ...values, () => {});
      else socket.emit(name, ...values);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
    socket?.disconnect();
  }
  // Doors that stay shut, whatever is shown.
  for (const auth of fc.sample(fc.dictionary(keys, value, { maxKeys: 4 }), { numRuns: counts.doors, seed })) {
    expect(await dial(stage, '/workers', auth)).toBeUndefined();
  }
}

/** Frames that no client library would send. */
async function sendFrames(stage: Scene, seed: number, counts: Counts): Promise<void> {
  const texts = fc.constantFrom(
    '40/workers,{',
    '42',
    '42["a"',
    '42/workers,["beat"',
    '451-["x",{"_placeholder":true,"num":0}]',
    '452-["x"]',
    '42/live,[]',
    '49',
    '4',
    '1',
    '',
    '40/nowhere,',
    '42["__proto__"]',
    '43/workers,999["late"]',
    '40/live,{"token":{}}',
  );
  const frames = fc.sample(
    fc.record({
      opcode: fc.constantFrom(1, 1, 1, 2, 3, 9, 11),
      payload: fc.oneof(
        { weight: 4, arbitrary: texts.map((text) => Buffer.from(text)) },
        fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes)),
        fc.constant(Buffer.alloc(2_000_000, 0x34)),
      ),
    }),
    { numRuns: counts.frames, seed },
  );
  let socket: RawWebSocket | undefined;
  for (const { opcode, payload } of frames) {
    if (!socket?.isOpen) socket = await RawWebSocket.open(stage.master.url, '/socket.io/?EIO=4&transport=websocket');
    socket.send(payload, opcode);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  socket?.close();
}

type Statuses = Map<number, number>;

/** @returns what is wrong with the answers, in words */
async function sendAll(stage: Scene, seed: number, counts: Counts, byStatus: Statuses = new Map()): Promise<string[]> {
  const routes = await routesOf(stage);
  expect(routes.length).toBeGreaterThan(20);
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const wrong: string[] = [];
  try {
    await inTurns(fc.sample(attempts(routes), { numRuns: counts.rest, seed }), async (attempt) => {
      const answer = await send(stage.master.url, agent, attempt);
      byStatus.set(answer.status, (byStatus.get(answer.status) ?? 0) + 1);
      wrong.push(...judge(attempt, answer));
    });
    await sendEvents(stage, seed, counts);
    await sendFrames(stage, seed, counts);
  } finally {
    agent.destroy();
  }
  return wrong;
}

/** Sends all of them to a `countable` master without authentication and without workers, and has it do honest work afterwards. */
export async function withstandInputs(stage: Scene, counts: Counts): Promise<void> {
  const seed = stage.random.nextUint32() | 0;
  const { url, pid } = stage.master;
  const first = await sendAll(stage, ~seed, warmUp);
  const [before, liveBefore] = [memoryOf(pid), await liveBytes(stage.master)];
  const byStatus: Statuses = new Map();
  const good = await GoodClient.begin(`${url}/api/v1/workers`, pid);
  const wrong = await sendAll(stage, seed, counts, byStatus);
  const { failures, waitsMs, ownMs } = await good.end();
  const p99 = percentile(ownMs, 99);
  const grown = (): number => memoryOf(pid) - before;
  process.stdout.write(
    `  F17: ${JSON.stringify(Object.fromEntries(byStatus))}; a good client waited ${Math.round(p99)} ms ` +
      `(p99 of ${ownMs.length}; ${Math.round(percentile(waitsMs, 99))} ms on this machine); ` +
      `grown by ${Math.round(grown() / 1e6)} MB\n`,
  );
  expect([...first, ...wrong].slice(0, 10)).toEqual([]);
  expect(byStatus.get(400)).toBeGreaterThan(counts.rest / 16);
  expect(failures).toBe(0);
  // How often it asked depends on how fast all of this went.
  expect(ownMs.length).toBeGreaterThan(20);
  expect(p99).toBeLessThan(goodWaitMs);
  expect(stage.master.process.exitCode).toBeNull();
  await eventually(() => expect(grown()).toBeLessThan(mostGrowth));
  await eventually(async () => {
    const more = (await liveBytes(stage.master)) - liveBefore;
    process.stdout.write(`  F17: ${(more / 1e6).toFixed(1)} MB more than ${Math.round(liveBefore / 1e6)} MB live\n`);
    expect(Math.abs(more)).toBeLessThan(mostLive);
  });
  await expectUseful(stage, counts);
}

/** It is as useful as before. */
async function expectUseful(stage: Scene, counts: Counts): Promise<void> {
  // What was well-formed by chance may wait for a worker by now.
  const waiting = (await stage.get<RunView[]>('/api/v1/runs')).filter(({ endedAt }) => endedAt === null);
  for (const { id } of waiting) await stage.post(`/api/v1/runs/${id}/stop`, undefined);
  await stage.addWorker();
  // The door stays shut for a minute to an address that has tried too many tokens, whoever comes from there.
  await stage.expectUsable(1, counts.doors < 5 ? 30_000 : 90_000);
  const { id } = await stage.load({ users: 2, runTimeSeconds: 2 });
  await stage.ended(id);
  await stage.expectIdentity(id, { lost: 0, dup: 0, phantom: 0 });
}

/** Sends them to a master that asks for a token, without one. */
export async function withstandStrangers(stage: Scene, count: number): Promise<void> {
  const seed = stage.random.nextUint32() | 0;
  const routes = await routesOf(stage);
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const wrong: string[] = [];
  let refused = 0;
  await inTurns(fc.sample(attempts(routes), { numRuns: count, seed }), async (attempt) => {
    const answer = await send(stage.master.url, agent, attempt);
    if (answer.status === 401 || answer.status === 429) refused++;
    wrong.push(...judge(attempt, answer));
  });
  agent.destroy();
  expect(wrong.slice(0, 10)).toEqual([]);
  process.stdout.write(`  F17: ${refused} of ${count} were not let in\n`);
  expect(refused).toBeGreaterThan((2 * count) / 3);
}
