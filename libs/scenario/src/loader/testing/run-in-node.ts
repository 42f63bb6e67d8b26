// Runs scenario bundles in a real Node process for tests: jest replaces `import()`, so only a child shows what an engine sees.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const source = join(__dirname, '..', '..');

const child = `
  import { readFileSync } from 'node:fs';
  import { installScenarioApi, readScenario, describeScenario } from '${source}/index.ts';
  import { importBundle } from '${source}/loader/import-bundle.ts';
  import { toWireError } from '@loadstar/shared';
  const [, , folder, ...files] = process.argv;
  installScenarioApi();
  for (const file of files) {
    try {
      const exports = await importBundle(readFileSync(file, 'utf8'), folder);
      const probe = typeof exports.probe === 'function' ? await exports.probe() : exports.probe;
      const description = Object.keys(exports).some((name) => /User$/.test(name)) ? describeScenario(readScenario(exports)) : null;
      console.log(JSON.stringify({ probe, description }));
    } catch (error) {
      console.log(JSON.stringify({ problem: toWireError(error) }));
    }
  }
`;

export interface ChildAnswer {
  probe?: unknown;
  description?: { userClasses: { name: string; tasks: { name: string; ratio: number }[] }[] } | null;
  problem?: { code: string; details: { detail: string } };
}

export class NodeRunner {
  private constructor(
    private readonly script: string,
    /** Temporary folder of this runner. */
    readonly folder: string,
  ) {}

  static async create(): Promise<NodeRunner> {
    const folder = await mkdtemp(join(tmpdir(), 'loadstar-runner-'));
    const script = join(folder, 'child.mjs');
    await build({
      stdin: { contents: child, resolveDir: source, loader: 'ts' },
      outfile: script,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      banner: { js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);` },
      logLevel: 'silent',
    });
    return new NodeRunner(script, folder);
  }

  /** Imports each bundle in one fresh process and returns what each said. */
  async run(...codes: string[]): Promise<ChildAnswer[]> {
    const files = await Promise.all(
      codes.map(async (code, index) => {
        const file = join(this.folder, `bundle-${index}.txt`);
        await writeFile(file, code);
        return file;
      }),
    );
    const { stdout } = await promisify(execFile)(process.execPath, [
      this.script,
      join(this.folder, 'loading'),
      ...files,
    ]);
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as ChildAnswer);
  }

  async dispose(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
