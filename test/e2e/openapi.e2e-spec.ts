import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiTypes } from '../../scripts/docs/api-types.js';
import { type AppHandle, repository, startApp } from '../support/apps.js';

jest.setTimeout(120_000);

/** The OpenAPI document of the built master: the Swagger plugin fills it from types and comments, so only the build has it. */

interface Schema {
  type?: string;
  description?: string;
  properties?: Record<string, Schema & { example?: unknown; minimum?: number; nullable?: boolean; $ref?: string }>;
  required?: string[];
}

interface Operation {
  summary?: string;
  tags?: string[];
  requestBody?: { content: Record<string, { schema: { $ref?: string } }> };
  responses: Record<string, { description: string; content?: Record<string, { schema?: object; examples?: object }> }>;
}

interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema>; securitySchemes: object };
}

describe('the OpenAPI document of the built master', () => {
  const folder = mkdtempSync(join(tmpdir(), 'loadstar-openapi-'));
  let master: AppHandle;
  let document: Document;
  beforeAll(async () => {
    master = await startApp('master', {
      LOADSTAR_PORT: '0',
      LOADSTAR_JOIN_TOKEN: 'test-join-token',
      LOADSTAR_DATA_DIR: folder,
      LOADSTAR_SCENARIOS_DIR: join(repository, 'scenarios'),
    });
    document = (await (await fetch(`${master.url}/api-json`)).json()) as Document;
  });
  afterAll(async () => {
    await master?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  const operations = (): [string, Operation][] =>
    Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([verb, operation]): [string, Operation] => [`${verb} ${path}`, operation]),
    );

  it('is what the types of the console were generated from', async () => {
    const file = join(repository, 'apps/console/src/api/schema.d.ts');
    // By its command line, because the library cannot be loaded in here.
    const prettier = [join(repository, 'node_modules/prettier/bin/prettier.cjs'), '--stdin-filepath', file];
    const types = execFileSync(process.execPath, prettier, { input: await apiTypes(document), encoding: 'utf8' });
    // When this fails: npm run build, then npm run docs.
    expect(types).toBe(readFileSync(file, 'utf8'));
  });

  it('summarises, tags and answers every operation', () => {
    expect(document.openapi).toMatch(/^3\./);
    expect(operations().length).toBeGreaterThan(30);
    for (const [name, { summary, tags, responses }] of operations()) {
      expect([name, summary]).toEqual([name, expect.stringMatching(/\w{3,}/)]);
      expect([name, tags]).toEqual([name, [expect.any(String)]]);
      for (const answer of Object.values(responses)) expect(answer.description).not.toBe('');
    }
  });

  it('types every answer of /api/v1 and documents its errors with examples', () => {
    for (const [name, { responses }] of operations().filter(([each]) => each.includes('/api/v1'))) {
      const good = Object.entries(responses).find(([status]) => status.startsWith('2'));
      if (good?.[0] !== '204')
        expect([name, Object.values(good?.[1].content ?? {})[0]?.schema]).toEqual([name, expect.anything()]);
      for (const status of ['401', '403', '429']) {
        const problem = responses[status]?.content?.['application/problem+json'];
        expect([name, status, problem?.examples]).toEqual([name, status, expect.anything()]);
      }
    }
  });

  it('describes every field of what is sent, with examples where a start needs them', () => {
    const body = document.components.schemas['CreateRunDto'];
    expect(Object.keys(body?.properties ?? {}).sort()).toEqual(
      [
        'baseline',
        'host',
        'lossPolicy',
        'notes',
        'parameters',
        'queue',
        'runTimeSeconds',
        'scenario',
        'scenarios',
        'seed',
        'shape',
        'spawnRate',
        'tags',
        'userClasses',
        'users',
      ].sort(),
    );
    for (const [field, schema] of Object.entries(body?.properties ?? {})) {
      expect([field, schema.description]).toEqual([field, expect.stringMatching(/\w{3,}/)]);
    }
    expect(body?.properties?.['users']).toMatchObject({ type: 'integer', minimum: 1, example: 20 });
    expect(body?.properties?.['spawnRate']).toMatchObject({ minimum: 0, exclusiveMinimum: true });
    expect(body?.required ?? []).toEqual([]);
  });

  it('leaves no schema empty', () => {
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      if (schema.type !== 'object') continue;
      expect([name, Object.keys(schema.properties ?? {}).length > 0]).toEqual([name, true]);
    }
  });
});
