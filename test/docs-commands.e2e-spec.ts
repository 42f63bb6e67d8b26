import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { RunView } from '@loadstar/shared';
import { repository } from './support/apps.js';
import { blocks, commands, documents, readDocument } from './support/documents.js';
import { eventually } from './support/eventually.js';
import { onceCalm } from './support/once-calm.js';
import { type Platform, startPlatform } from './support/platform.js';

jest.setTimeout(600_000);

/** Commands that are not run here, and where they are, or why they are nowhere. */
const elsewhere: readonly [RegExp, string][] = [
  [/^npm ci( |$)/, 'what .ci/run begins with; `npm start` is test/e2e/cli-start, `npm test` is what runs this'],
  [/^npm (start|test)( |$)/, 'test/e2e/cli-start.e2e-spec.ts; `npm test` is what runs this'],
  [/^docker compose /, 'test/compose/stack.compose-spec.ts'],
  [/^npm run bench/, 'measures for minutes, and wants the machine for itself'],
  [/^apt-get /, 'needs root'],
  [/^helm /, 'needs a cluster; test/helm/helm.chart-spec.ts renders and checks the chart'],
  [/^LOADSTAR_MASTER_URL=/, 'stays; test/support/platform.ts starts workers so'],
  [/^(LOADSTAR_PORT|export DATABASE_URL)=/, 'two masters on stores of yours; test/fault/standby.fault-spec.ts'],
  [/^ss /, 'looks at the whole machine, and is not everywhere'],
];

/** No command of a document takes longer, milliseconds. */
const longestMs = 240_000;

interface Ended {
  code: number | null;
  output: string;
}

/** Every command of every document runs against one platform, with its ports, its folder and shorter times put in. */
describe('the commands in the documents', () => {
  let platform: Platform;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'loadstar-docs-'));
    platform = await startPlatform({ workers: 1 });
  });
  afterAll(async () => {
    await platform?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const here = (command: string): string =>
    command
      .replaceAll('http://localhost:8089', platform.masterUrl)
      .replaceAll('http://localhost:5001', platform.targetUrl)
      .replaceAll(/--run-time \w+/g, '--run-time 2s')
      .replaceAll(/\b(\w+\.(?:html|json))\b(?= |$)/g, `${folder}/$1`);

  const run = (command: string): Promise<Ended> => {
    const { PATH = '', HOME = '' } = process.env;
    const env = {
      PATH: [folder, PATH].join(delimiter),
      HOME,
      LOADSTAR_PUBLISH: new URL(platform.masterUrl).host,
      TARGET_PUBLISH: new URL(platform.targetUrl).host,
      // Nobody listens there: a stack of the developer's own is not looked at.
      PROMETHEUS_PUBLISH: '127.0.0.1:1',
      GRAFANA_PUBLISH: '127.0.0.1:1',
      COMPOSE_PROJECT_NAME: 'loadstar-docs-test',
      npm_config_offline: 'true',
    };
    return new Promise((resolve) => {
      // A group of its own: what a command leaves behind, or does not end by itself, is ended with it.
      const child = spawn('bash', ['-o', 'pipefail', '-c', command], { cwd: repository, env, detached: true });
      const endAll = (): void => {
        try {
          process.kill(-(child.pid ?? 0), 'SIGKILL');
        } catch {
          // It has ended.
        }
      };
      const limit = setTimeout(endAll, longestMs);
      child.on('exit', () => {
        clearTimeout(limit);
        endAll();
      });
      let output = '';
      child.stdout.on('data', (chunk) => (output += String(chunk)));
      child.stderr.on('data', (chunk) => (output += String(chunk)));
      child.on('close', (code) => resolve({ code, output }));
    });
  };
  /** Nothing runs any more, nor waits for its turn, so that the next command finds the platform as its reader would. */
  const quiet = (): Promise<void> =>
    eventually(async () => {
      await fetch(`${platform.masterUrl}/stop`);
      const runs = await platform.get<RunView[]>('/api/v1/runs');
      expect(runs.filter(({ endedAt }) => endedAt === null)).toEqual([]);
    });

  const pages = documents().filter((page) => commands(page).length > 0);
  const done = new Map<string, Ended>();

  it.each(pages)('of %s work', async (page) => {
    for (const command of commands(page)) {
      if (elsewhere.some(([form]) => form.test(command))) continue;
      const wanted = here(command);
      // A command that several pages show is run once.
      const ended =
        done.get(wanted) ??
        (await onceCalm(
          () => run(wanted),
          ({ output }) => output,
        ));
      done.set(wanted, ended);
      // A comparison may find a regression in runs as short as these, and says so by its exit code.
      const isFine =
        ended.code === 0 || (command.startsWith('npx loadstar compare') && [98, 99].includes(ended.code ?? 0));
      expect([command, isFine ? '' : `${ended.code}: ${ended.output}`]).toEqual([command, '']);
      if (command.startsWith('curl') && command.includes('/api/v1/')) expect(ended.output).not.toContain('"code"');
      // A reader takes a moment before the next command.
      if (command.endsWith('/stop')) await quiet();
    }
    await quiet();
  });

  it('are all of those that are said to be run elsewhere', () => {
    const all = documents().flatMap(commands);
    const unused = elsewhere.filter(([form]) => !all.some((command) => form.test(command)));
    expect(unused.map(([form]) => String(form))).toEqual([]);
  });
});

describe('the documents', () => {
  it('show scenarios whose types are right', async () => {
    const home = mkdtempSync(join(tmpdir(), 'loadstar-examples-'));
    try {
      const examples = documents()
        .flatMap((page) => blocks(page, 'ts').map((text) => ({ page, text })))
        .filter(({ text }) => text.includes("from 'loadstar'"));
      expect(examples.length).toBeGreaterThan(5);
      for (const [index, { page, text }] of examples.entries()) {
        writeFileSync(join(home, `${page.replaceAll(/\W/g, '-')}-${index}.ts`), `${text}\nexport {};\n`);
      }
      // What a reader brings.
      mkdirSync(join(home, 'certificates'));
      writeFileSync(
        join(home, 'brought.d.ts'),
        "declare module '*.txt' { const text: string; export default text; }\n" +
          'declare class LineClient { constructor(host: string, port: number); ask(line: string): Promise<string>; }\n',
      );
      writeFileSync(join(home, 'package.json'), '{ "type": "module" }');
      symlinkSync(join(repository, 'node_modules'), join(home, 'node_modules'));
      writeFileSync(
        join(home, 'tsconfig.json'),
        JSON.stringify({
          extends: join(repository, 'scenarios/tsconfig.json'),
          compilerOptions: { rootDir: '/' },
          include: ['*.ts'],
        }),
      );
      const child = spawn(process.execPath, [join(repository, 'node_modules/typescript/bin/tsc'), '-p', home]);
      let output = '';
      child.stdout.on('data', (chunk) => (output += String(chunk)));
      const code = await new Promise((resolve) => child.on('close', resolve));
      expect([code, output]).toEqual([0, '']);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });

  it('lead to pages, headings and pictures that are there', () => {
    const anchorsOf = (page: string): Set<string> =>
      new Set(
        [...readDocument(page).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
          title
            .toLowerCase()
            .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
            .trim()
            .replaceAll(' ', '-'),
        ),
      );
    const broken: string[] = [];
    for (const page of documents()) {
      for (const [, target = ''] of readDocument(page).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^(https?|mailto):/.test(target)) continue;
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? page : join(page, '..', path);
        if (!existsSync(join(repository, file))) broken.push(`${page}: ${target}`);
        else if (anchor !== undefined && file.endsWith('.md') && !anchorsOf(file).has(anchor)) {
          broken.push(`${page}: ${target} (no such heading)`);
        }
      }
    }
    expect(broken).toEqual([]);
  });
});
