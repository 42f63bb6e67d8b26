// Writes the parts of docs/ that are derived from code (npm run docs): boundaries, errors, the master's metrics, protocol,
// and, where dist/ is up to date, REST and command line. Run it after an edit of any of them; tests fail when it was
// forgotten.
import { execFileSync, fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, transform } from 'esbuild';
import { format, resolveConfig } from 'prettier';
import { isBuildStale } from './build-stamp.mjs';

const root = join(import.meta.dirname, '..');
const read = (file) => readFileSync(join(root, file), 'utf8');

const { rooms } = JSON.parse(read('boundaries.json'));
const libs = Object.keys(rooms)
  .filter((room) => room.startsWith('libs/'))
  .map((room) => room.slice(5));
const cell = (room, lib) => (room === `libs/${lib}` ? '-' : (rooms[room].may[lib] ?? 'no'));
const table = [
  `| | ${libs.join(' | ')} | Nest |`,
  `| --- |${' --- |'.repeat(libs.length + 1)}`,
  ...Object.entries(rooms).map(
    ([room, { nest }]) => `| ${room} | ${libs.map((lib) => cell(room, lib)).join(' | ')} | ${nest ? 'yes' : 'no'} |`,
  ),
].join('\n');
const page = read('docs/architecture.md');
writeFileSync(
  join(root, 'docs/architecture.md'),
  page.replace(
    /(<!-- boundaries:begin -->\n)[^]*?(<!-- boundaries:end -->)/,
    (_all, begin, end) => `${begin}${table}\n${end}`,
  ),
);

const { code } = await transform(read('libs/shared/src/errors/table.ts'), { loader: 'ts', format: 'esm' });
const { errorTable } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
const rows = Object.entries(errorTable).map(
  ([name, { status, exitCode, message, hint, retryable }]) =>
    `| \`${name}\` | ${status} | ${exitCode} | ${message} | ${hint} | ${retryable ? 'yes' : 'no'} |`,
);
writeFileSync(
  join(root, 'docs/reference/errors.md'),
  `# Errors

Every error that a user can meet. Match on the code, never on the message. REST sends them as problem documents
(RFC 9457) with \`code\`, \`detail\`, \`hint\` and, for bad input, \`errors\` naming each field; the command line prints the
same words and ends with the exit code.

| Code | HTTP status | Exit code | What happened | What to do | Worth retrying as it is |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`,
);

const metrics = await transform(read('libs/shared/src/metric-names.ts'), { loader: 'ts', format: 'esm' });
const { metricTable } = await import(`data:text/javascript,${encodeURIComponent(metrics.code)}`);
const metricRows = Object.entries(metricTable).map(
  ([name, { type, labels, help }]) => `| \`${name}\` | ${type} | ${labels.join(', ')} | ${help} |`,
);
writeFileSync(
  join(root, 'docs/reference/metrics.md'),
  read('docs/reference/metrics.md').replace(
    /(<!-- metrics:begin -->\n)[^]*?(<!-- metrics:end -->)/,
    (_all, begin, end) =>
      `${begin}| Metric | Type | Labels | What it is |\n| --- | --- | --- | --- |\n${metricRows.join('\n')}\n${end}`,
  ),
);

/** Loads a TypeScript file of this repository with what it imports. */
async function load(file) {
  // Inside node_modules, so that packages are found from there.
  const outfile = join(root, 'node_modules/.cache/loadstar', `docs-${process.pid}-${file.replaceAll(/\W/g, '-')}.mjs`);
  await build({
    entryPoints: [join(root, file)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    alias: { '@loadstar/shared': join(root, 'libs/shared/src/index.ts') },
    logLevel: 'error',
  });
  try {
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(outfile, { force: true });
  }
}

const { protocolPage } = await load('scripts/docs/protocol.ts');
writeFileSync(join(root, 'docs/reference/protocol.md'), protocolPage());

if (isBuildStale()) {
  process.stdout.write(
    '  dist/ is older than the sources: npm run build, then npm run docs again for REST and command line\n',
  );
} else {
  const { commandLinePage, subcommands } = await load('scripts/docs/command-line.ts');
  const { PATH = '', HOME = '' } = process.env;
  const loadstar = (...args) =>
    execFileSync(process.execPath, [join(root, 'bin/loadstar.js'), ...args], { encoding: 'utf8', env: { PATH, HOME } });
  const help = Object.fromEntries(subcommands(loadstar('--help')).map((name) => [name, loadstar('help', name)]));
  writeFileSync(join(root, 'docs/reference/command-line.md'), commandLinePage(help));

  const { restPage } = await load('scripts/docs/rest.ts');
  const folder = mkdtempSync(join(tmpdir(), 'loadstar-docs-'));
  const master = fork(join(root, 'dist/apps/master/src/main.js'), {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { PATH, HOME, LOADSTAR_PORT: '0', LOADSTAR_DATA_DIR: folder, LOADSTAR_LOG_LEVEL: 'error' },
  });
  try {
    const url = await new Promise((resolve, reject) => {
      master.on('message', (message) => {
        if (message.kind === 'ready') resolve(message.url);
        else if (message.kind === 'failed') reject(new Error(JSON.stringify(message.error)));
      });
      master.on('exit', (code) => reject(new Error(`the master ended with ${code}`)));
    });
    const document = await (await fetch(`${url}/api-json`)).json();
    writeFileSync(join(root, 'docs/reference/rest.md'), restPage(document));
    const { apiTypes } = await load('scripts/docs/api-types.ts');
    const target = join(root, 'apps/console/src/api/schema.d.ts');
    const options = { ...(await resolveConfig(target)), filepath: target };
    writeFileSync(target, await format(await apiTypes(document), options));
  } finally {
    const ended = new Promise((resolve) => master.on('exit', resolve));
    master.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}
