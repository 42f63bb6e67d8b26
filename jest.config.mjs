// Jest runs in CommonJS mode: its ESM mode cannot load NestJS 12 (ESM) through CommonJS packages. So swc turns every
// package that is ESM into CommonJS; the list is scanned, because a hand-kept one goes stale silently.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const esmPackages = new Set();
const scan = (folder, scope = '') => {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (!scope && entry.name.startsWith('@')) {
      scan(path, `${entry.name}/`);
      continue;
    }
    const manifest = join(path, 'package.json');
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).type === 'module') {
      esmPackages.add(scope + entry.name);
    }
    scan(join(path, 'node_modules'));
  }
};
scan(join(import.meta.dirname, 'node_modules'));

const escaped = [...esmPackages].map((name) => name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('|');

export default {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  // Generous, because a claim must not depend on how busy the machine is: ten thousand random inputs have taken 25 s on a
  // starved one. Real hangs still end.
  testTimeout: 90_000,
  // With all tests in one process (two cores), Node 20 was seen to spin for ever in its own clean-up after the last
  // test, on handles that were already closed; so the process is ended, not waited for.
  forceExit: true,
  reporters: ['default', '<rootDir>/test/support/count-reporter.mjs'],
  testRegex: '.*\\.(spec|e2e-spec|browser-spec|fault-spec)\\.ts$',
  modulePathIgnorePatterns: ['<rootDir>/dist'],
  moduleNameMapper: {
    '^@loadstar/scenario/loader$': '<rootDir>/libs/scenario/src/loader/index.ts',
    '^@loadstar/(shared|stats|scenario|engine|protocol|report|telemetry)$': '<rootDir>/libs/$1/src/index.ts',
    '^loadstar$': '<rootDir>/libs/scenario/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transformIgnorePatterns: [`/node_modules/(?!(?:.*/node_modules/)?(?:${escaped})/)`],
  transform: {
    '^.+\\.(?:ts|m?js)$': [
      '@swc/jest',
      {
        module: { type: 'commonjs' },
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
        sourceMaps: 'inline',
      },
    ],
  },
};
