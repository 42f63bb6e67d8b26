import { execFileSync } from 'node:child_process';
import { type Call, curlOf } from './curl.js';

/** What a shell makes of the command: its words, with curl replaced by something that prints them. */
function words(call: Call, auth = false): string[] {
  const command = curlOf(call, 'http://127.0.0.1:8089/', auth).replace(/^curl/, `printf '%s\\n'`);
  return execFileSync('sh', ['-c', command], { encoding: 'utf8', env: { LOADSTAR_TOKEN: 'se cret' } })
    .trimEnd()
    .split('\n');
}

describe('a call as a curl command', () => {
  it('is read back by a shell unchanged, whatever is in it', () => {
    const body = { host: "http://o'x", note: '$(rm) `x` "q"' };
    const printed = words({ method: 'POST', path: 'api/v1/runs', body });
    expect(printed.slice(0, 3)).toEqual(['-X', 'POST', 'http://127.0.0.1:8089/api/v1/runs']);
    expect(JSON.parse(printed.at(-1) ?? '')).toEqual(body);
  });

  it('takes the token from the environment and never holds one', () => {
    expect(words({ method: 'GET', path: 'stats/report?download=1&theme=dark' }, true)).toEqual([
      'http://127.0.0.1:8089/stats/report?download=1&theme=dark',
      '-H',
      'authorization: Bearer se cret',
    ]);
  });
});
