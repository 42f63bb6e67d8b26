// The process of the peer undici: as many loops as users over one pool, each reads the body as text and looks at the
// status. Nothing is timed or counted beyond the answers. Prints their number.
import { Pool } from 'undici';

interface Asked {
  readonly origin: string;
  readonly path: string;
  readonly users: number;
  readonly seconds: number;
  readonly post: boolean;
}

const { origin, path, users, seconds, post } = JSON.parse(process.argv[2] ?? '{}') as Asked;
const pool = new Pool(origin, { connections: users, connect: { rejectUnauthorized: false } });
const endMs = performance.now() + seconds * 1000;
let answers = 0;

async function loop(): Promise<void> {
  while (performance.now() < endMs) {
    const { statusCode, body } = post
      ? await pool.request({
          path,
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ user: 1, name: 'user name' }),
        })
      : await pool.request({ path, method: 'GET' });
    if (post) await body.json();
    else await body.text();
    if (statusCode === 200) answers++;
  }
}

await Promise.all(Array.from({ length: users }, loop));
process.stdout.write(String(answers));
await pool.close();
