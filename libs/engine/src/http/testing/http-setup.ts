/** What the client's tests share: engines, clients and servers on the loopback, closed again after each test. */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { systemClock } from '@loadstar/shared';
import { HttpEngine, type HttpEngineOptions } from '../http-engine.js';
import type { HttpUserClient } from '../http-user-client.js';
import { type Script, ScriptedServer } from './scripted-server.js';
import { TestRecorder } from './test-recorder.js';

const cleanups: (() => Promise<unknown> | void)[] = [];

/** To be called after each test. */
export async function cleanUp(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

export function onCleanUp(cleanup: () => Promise<unknown> | void): void {
  cleanups.push(cleanup);
}

export interface Setup {
  readonly engine: HttpEngine;
  readonly recorder: TestRecorder;
  readonly http: HttpUserClient;
}

export function setup(
  url: string,
  options: Partial<HttpEngineOptions> = {},
  keepAlive = true,
  resendStale = true,
): Setup {
  const engine = new HttpEngine({ clock: systemClock, limits: { allowedTargets: [] }, ...options });
  onCleanUp(() => engine.close());
  const recorder = new TestRecorder();
  return { engine, recorder, http: engine.client(url, recorder, { keepAlive, resendStale }) };
}

export async function scripted(script: Script): Promise<ScriptedServer> {
  const server = await ScriptedServer.listen(script);
  onCleanUp(() => server.close());
  return server;
}

/** @returns the base URL of a new server; https when TLS options are given */
export async function serve(handler: RequestListener, tls?: ServerOptions): Promise<string> {
  const server = tls ? createSecureServer(tls, handler) : createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onCleanUp(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Answers with what it was asked. */
export function echo(request: IncomingMessage, response: ServerResponse): void {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    response.setHeader('content-type', 'application/json');
    const { method, url, headers } = request;
    response.end(JSON.stringify({ method, url, headers, body: Buffer.concat(pieces).toString('utf8') }));
  });
}

export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export async function until(condition: () => boolean): Promise<void> {
  const endMs = performance.now() + 25_000;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error('condition not met within 25 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
