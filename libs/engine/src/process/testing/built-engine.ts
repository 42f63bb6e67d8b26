// Engine processes for tests under jest: the child's entry is bundled once per test file, scenarios are given as text.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleScenario } from '@loadstar/scenario/loader';
import { build } from 'esbuild';

const here = __dirname;
const banner = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;

/** Bundles TypeScript of this repository into one file that plain Node can run. @returns the modules that went in */
export async function bundleForNode(source: { file: string } | { text: string }, outfile: string): Promise<string[]> {
  const input =
    'file' in source
      ? { entryPoints: [source.file] }
      : { stdin: { contents: source.text, resolveDir: here, loader: 'ts' as const } };
  const { metafile } = await build({
    ...input,
    metafile: true,
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    banner: { js: banner },
    logLevel: 'silent',
  });
  return Object.keys(metafile.inputs);
}

export class BuiltEngine {
  private constructor(
    readonly folder: string,
    readonly entry: string,
  ) {}

  static async create(): Promise<BuiltEngine> {
    const folder = await mkdtemp(join(tmpdir(), 'loadstar-pool-'));
    const entry = join(folder, 'engine-main.mjs');
    await bundleForNode({ file: join(here, '..', 'engine-main.ts') }, entry);
    return new BuiltEngine(folder, entry);
  }

  /** A scenario written as a user would write it, bundled. */
  async scenario(text: string): Promise<string> {
    const file = join(this.folder, 'scenario.ts');
    await writeFile(file, text);
    return (await bundleScenario(file)).code;
  }

  dispose(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

/** A server on loopback that counts the requests it has answered. */
export class CountingServer {
  requests = 0;
  readonly seen: { url: string; headers: NodeJS.Dict<string | string[]> }[] = [];
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async create(latencyMs = 0): Promise<CountingServer> {
    let counting: CountingServer | undefined;
    const server = createServer((request, response) => {
      if (counting) {
        counting.requests++;
        if (counting.seen.length < 10_000) counting.seen.push({ url: request.url ?? '', headers: request.headers });
      }
      request.resume();
      setTimeout(() => response.setHeader('content-type', 'application/json').end('{"name":"x"}'), latencyMs);
    });
    server.keepAliveTimeout = 60_000;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    counting = new CountingServer(server, `http://127.0.0.1:${port}`);
    return counting;
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
