import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandLinePage, subcommands } from '../../scripts/docs/command-line.js';
import { type OpenApi, restPage } from '../../scripts/docs/rest.js';
import { repository, startApp } from '../support/apps.js';
import { loadstar } from '../support/command.js';

jest.setTimeout(240_000);

const read = (page: string): string => readFileSync(join(repository, 'docs/reference', page), 'utf8');

/** What is wrong is mended by `npm run docs`, when the change in the code was meant. */
describe('the reference', () => {
  it('has every call of REST as the OpenAPI document of the built master has it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'loadstar-rest-'));
    const master = await startApp('master', { LOADSTAR_PORT: '0', LOADSTAR_DATA_DIR: folder });
    try {
      const document = (await (await fetch(`${master.url}/api-json`)).json()) as OpenApi;
      expect(read('rest.md')).toBe(restPage(document));
    } finally {
      await master.end();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('has every option of every command as the built command tells it', async () => {
    const ask = async (...args: string[]): Promise<string> => (await loadstar(args).result).stdout;
    const help: Record<string, string> = {};
    for (const name of subcommands(await ask('--help'))) help[name] = await ask('help', name);
    expect(Object.keys(help).length).toBeGreaterThan(3);
    expect(read('command-line.md')).toBe(commandLinePage(help));
  });
});
