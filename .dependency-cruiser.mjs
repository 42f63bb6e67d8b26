// Turns boundaries.json into rules, so that the table is written once. Tests and development tools are exempt.
import { readFileSync } from 'node:fs';

const { rooms } = JSON.parse(readFileSync(new URL('./boundaries.json', import.meta.url), 'utf8'));
const libs = Object.keys(rooms)
  .filter((room) => room.startsWith('libs/'))
  .map((room) => room.slice(5));
const exempt = '(\\.spec\\.tsx?$|-spec\\.ts$|/testing/|/dev/|vite\\.config\\.ts$)';
const entry = '^libs/[^/]+/src/(index|loader/index)\\.ts$';
const forbidden = [
  { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, dependencyTypesNot: ['type-only'] } },
  {
    name: 'no-deep-imports',
    comment: 'A library is entered by its index (or the loader entry) alone.',
    severity: 'error',
    from: { path: '^(apps|libs)/([^/]+)/', pathNot: exempt },
    to: { path: '^libs/', pathNot: ['^libs/$2/', entry] },
  },
  {
    name: 'no-imports-between-apps',
    severity: 'error',
    from: { path: '^apps/([^/]+)/', pathNot: exempt },
    to: { path: '^apps/', pathNot: '^apps/$1/' },
  },
  {
    name: 'no-imports-of-tests',
    severity: 'error',
    from: { path: '^(apps|libs)/', pathNot: exempt },
    to: { path: '^test/|/testing/' },
  },
];

for (const [room, { may, nest }] of Object.entries(rooms)) {
  const from = { path: `^${room}/`, pathNot: exempt };
  const refused = libs.filter((lib) => `libs/${lib}` !== room && !(lib in may));
  if (refused.length > 0) {
    forbidden.push({
      name: `${room}: not allowed`,
      severity: 'error',
      from,
      to: { path: `^libs/(${refused.join('|')})/` },
    });
  }
  for (const [lib, how] of Object.entries(may)) {
    if (how === 'yes') continue;
    const to = { path: `^libs/${lib}/`, dependencyTypesNot: ['type-only'] };
    if (how === 'loader') to.pathNot = `^libs/${lib}/src/loader/index\\.ts$`;
    forbidden.push({ name: `${room}: ${lib} for ${how} only`, severity: 'error', from, to });
  }
  if (!nest) {
    forbidden.push({ name: `${room}: without Nest`, severity: 'error', from, to: { path: 'node_modules/@nestjs/' } });
  }
}

export default {
  forbidden,
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
