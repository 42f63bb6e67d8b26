/** The sample target of this repository as its own process on core 0; needs a build. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { end, type Server, serverCore, start } from '../harness/pinned-process.js';

const entry = resolve('dist/apps/target/src/main.js');

export const targetMissing = 'not built: npm run build';
export const haveTarget = (): boolean => existsSync(entry);

export async function startTarget(): Promise<Server> {
  const env = { TARGET_PORT: '0', TARGET_HOST: '127.0.0.1', TARGET_LOG_REQUESTS: '0' };
  const child = start(serverCore, process.execPath, [entry], { env, ipc: true });
  const url = await new Promise<string>((resolve, reject) => {
    child.on('message', (message: { kind: string; url?: string }) => {
      if (message.kind === 'ready' && message.url !== undefined) resolve(message.url);
    });
    child.once('exit', () => reject(new Error('the target did not start')));
  });
  return { url, child, close: () => end(child) };
}
