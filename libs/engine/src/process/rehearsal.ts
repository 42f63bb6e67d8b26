/**
 * A few thousand requests to a server within this process, before an open load begins. Arrivals come at their full rate
 * from the first moment, when V8 has yet to compile everything that they run through: hundreds of the first second are late
 * by 10 to 40 ms. Measured: the first snapshot holds the engine up for 2 to 4 ms instead of 10 to 20; how much less late the
 * first second itself is could not be told on a busy machine. A closed load needs none: it begins as slowly as it is.
 */
import { createServer, type Server, type Socket } from 'node:net';
import type { Clock, RunPlan } from '@loadstar/shared';
import { encodeSnapshot, type RunStats } from '@loadstar/stats';
import { HttpEngine } from '../http/http-engine.js';
import type { HttpUserClient } from '../http/http-user-client.js';
import { RunRecorder } from '../record/run-recorder.js';

const users = 16;
const requestsEach = 150;
/** Longest rehearsal; on a busy machine half of it is better than waiting for the whole. */
const mostMs = 250;
/** The first snapshot of a run takes 10 ms, the third a tenth of that. */
const snapshots = 3;

/** Whether a plan has arrivals that do not wait for answers. */
export function hasArrivals({ load }: RunPlan): boolean {
  return load.kind === 'scenarios' && load.scenarios.some((scenario) => 'preAllocatedVUs' in scenario);
}

/** Never rejects: what cannot be rehearsed is done cold. */
export async function rehearse(clock: Clock): Promise<void> {
  const server = createServer(answer);
  const http = new HttpEngine({ clock, limits: { allowedTargets: [] } });
  try {
    const port = await listening(server);
    const recorder = new RunRecorder(clock);
    const counted = recorder.forClass('rehearsal');
    const untilMs = clock.nowMs() + mostMs;
    const clients = Array.from({ length: users }, () => http.client(`http://127.0.0.1:${port}`, counted));
    await Promise.all(clients.map((client) => visit(client, clock, untilMs)));
    http.flush();
    for (let seq = 1; seq <= snapshots; seq++) takeSnapshot(recorder.stats, seq);
  } catch {
    // No loopback, no free port: the run says itself how late it was.
  } finally {
    http.close();
    server.close();
  }
}

async function visit(client: HttpUserClient, clock: Clock, untilMs: number): Promise<void> {
  for (let left = requestsEach; left > 0 && clock.nowMs() < untilMs; left--) {
    client.intendedStartMs = clock.nowMs();
    const response = await client.get('/', { timeoutMs: mostMs });
    if (!response.ok) return;
  }
}

function takeSnapshot(stats: RunStats, seq: number): void {
  stats.lag.record(seq);
  stats.lag.subtract(stats.lag.clone()).percentile(99);
  const health = {
    cpuPercent: 0,
    rssBytes: process.memoryUsage.rss(),
    loopLagMs: 0,
    loopUtilisation: 0,
    errorBoundMs: 0,
    scheduleLagMs: 0,
    engines: 1,
  };
  const numbers = {
    elapsedMs: 0,
    phase: 'running',
    final: false,
    reason: undefined,
    users,
    targetUsers: users,
  } as const;
  const who = { runId: 'rehearsal', worker: 'rehearsal', incarnation: 'rehearsal', seq };
  encodeSnapshot({ ...who, ...numbers, spawnRate: 0, usersByClass: { rehearsal: users }, health }, stats);
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
    server.unref();
  });
}

/** Answers each piece of input once: a request of a rehearsal is one piece. */
function answer(socket: Socket): void {
  let count = 0;
  socket.setNoDelay();
  // Whoever rehearsed goes without a word.
  socket.on('error', () => socket.destroy());
  socket.on('data', () => {
    // Some heads equal the one before, some do not, as with a date in it.
    const second = (count++ >> 2) % 10;
    socket.write(
      `HTTP/1.1 200 OK\r\nServer: rehearsal\r\nDate: Thu, 01 Jan 1970 00:00:0${second} GMT\r\nContent-Type: application/json\r\nContent-Length: 11\r\nConnection: keep-alive\r\n\r\n{"ok":true}`,
      'latin1',
    );
  });
}
