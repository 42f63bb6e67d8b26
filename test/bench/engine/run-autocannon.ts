// The process of the peer "autocannon with a check": autocannon as its documentation uses it where answers are looked at,
// by a function for every response that reads status and body. Prints the number of answers that were right.
import { createRequire } from 'node:module';

interface Options {
  readonly url: string;
  readonly connections: number;
  readonly duration: number;
  readonly requests: readonly { method: string; path: string; onResponse(status: number, body: string): void }[];
}

// It comes without types.
const autocannon = createRequire(import.meta.url)('autocannon') as (options: Options) => Promise<unknown>;

interface Asked {
  readonly origin: string;
  readonly path: string;
  readonly users: number;
  readonly seconds: number;
}

const { origin, path, users, seconds } = JSON.parse(process.argv[2] ?? '{}') as Asked;
let passed = 0;
const onResponse = (status: number): void => {
  if (status === 200) passed++;
};
await autocannon({
  url: origin,
  connections: users,
  duration: seconds,
  requests: [{ method: 'GET', path, onResponse }],
});
process.stdout.write(String(passed));
