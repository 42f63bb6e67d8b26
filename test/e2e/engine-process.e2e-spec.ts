// What makes an engine process start fast (docs/decisions/0023): one file, and of packages only what engines call.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

it('is one file that loads no other module than those of Node until a scenario needs one', () => {
  const file = resolve('dist/libs/engine/src/process/engine-main.js');
  const code = readFileSync(file, 'utf8');
  const imported = [...code.matchAll(/^(?:import|export) .*?["']([^"']+)["'];$/gm)].map(([, name]) => name);
  expect(imported).toContain('node:net');
  expect(imported.filter((name) => !name?.startsWith('node:'))).toEqual([]);
  expect(imported).not.toContain('node:http');
  const { sources } = JSON.parse(readFileSync(`${file}.map`, 'utf8')) as { sources: string[] };
  const packages = sources.flatMap((name) => /node_modules\/(@[^/]+\/[^/]+|[^/]+)/.exec(name)?.[1] ?? []);
  expect([...new Set(packages)]).toEqual(['ipaddr.js']);
});
