import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Job, Peer, PeerRun } from '../harness/bench-case.js';
import { installed } from '../harness/pinned-process.js';

const postScript = `wrk.method = "POST"
wrk.body = '{"user":1,"name":"user name"}'
wrk.headers["Content-Type"] = "application/json"
`;

function plan({ traffic, origin, path, users, seconds, folder }: Job): PeerRun {
  const more = traffic === 'json' ? ['-s', 'post.lua'] : traffic === 'fresh' ? ['-H', 'Connection: close'] : [];
  if (traffic === 'json') writeFileSync(join(folder, 'post.lua'), postScript);
  return {
    command: 'wrk',
    args: ['-t1', `-c${users}`, `-d${seconds}s`, ...more, origin + path],
    cwd: folder,
    answers: ({ stdout }) => Number(/(\d+) requests in/.exec(stdout)?.[1]),
  };
}

export const peer: Peer = {
  name: 'wrk',
  install: 'apt-get install wrk',
  installed: () => installed('wrk'),
  version: () => /wrk (\S+)/.exec(spawnSync('wrk', ['-v'], { encoding: 'utf8' }).stdout)?.[1] ?? 'unknown',
  plan,
};
