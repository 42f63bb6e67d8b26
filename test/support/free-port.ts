import { createServer } from 'node:net';

/** Below the ports that systems give to connections, so that none of the many that tests open takes it meanwhile. */
const [least, most] = [20_000, 30_000];

/** A port that nobody has now, for a process that has to be found again at the same place after a restart. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = least + Math.floor(Math.random() * (most - least));
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
