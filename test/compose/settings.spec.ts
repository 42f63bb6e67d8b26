import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { masterConfigSchema } from '../../apps/master/src/config/read-master-config.js';
import { targetConfigSchema } from '../../apps/target/src/config/target-config.js';
import { workerConfigSchema } from '../../apps/worker/src/config/worker-config.js';
import { repository } from '../support/apps.js';

const read = (file: string): string => readFileSync(join(repository, file), 'utf8');
const compose = read('docker-compose.yml');
const { services } = parse(compose, { merge: true }) as {
  services: Record<
    string,
    { image: string; build?: object; environment?: Record<string, string>; volumes?: (string | object)[] }
  >;
};
/** Variables that Compose fills in, with their defaults. */
const used = new Map(
  Array.from(compose.matchAll(/(?<!\$)\$\{(\w+):-([^}]*)\}/g), ([, name = '', value = '']) => [name, value]),
);
/** Variables that .env.example explains, with the values shown. */
const shown = new Map(
  Array.from(read('.env.example').matchAll(/^#?([A-Z][A-Z0-9_]+)=(.*)$/gm), ([, name = '', value = '']) => [
    name,
    value,
  ]),
);

const logs = { LOADSTAR_LOG_PRETTY: 'lines stay JSON, for whoever collects them' };
/** Each app's settings, and those of them that nobody is asked for, with the reason. */
const apps: Record<string, { schema: z.ZodObject; decided: Record<string, string> }> = {
  master: {
    schema: masterConfigSchema,
    decided: {
      ...logs,
      LOADSTAR_PORT: 'the image; LOADSTAR_PUBLISH says where it is published',
      LOADSTAR_BIND: 'the image; LOADSTAR_PUBLISH says where it is published',
      LOADSTAR_ADVERTISE_URL: 'there is one master',
      LOADSTAR_JOIN_TOKEN: 'a file that the service secrets writes',
      LOADSTAR_SCENARIOS_DIR: 'a folder that is mounted',
      LOADSTAR_DATA_DIR: 'a volume',
      LOADSTAR_IDENTIFY: 'for tests with a witness',
    },
  },
  worker: {
    schema: workerConfigSchema,
    decided: {
      ...logs,
      LOADSTAR_MASTER_URL: 'the service master',
      LOADSTAR_JOIN_TOKEN: 'a file that the service secrets writes',
      LOADSTAR_WORKER_NAME: 'all replicas would have the same',
      LOADSTAR_WORKER_PORT: 'the image; Prometheus and the health check know it',
      LOADSTAR_WORKER_BIND: 'the image',
      LOADSTAR_WORKER_DATA_DIR: 'a volume',
    },
  },
  target: {
    schema: targetConfigSchema,
    decided: {
      ...logs,
      TARGET_PORT: 'the image; TARGET_PUBLISH says where it is published',
      TARGET_HOST: 'the image; TARGET_PUBLISH says where it is published',
      TARGET_WITNESS: 'for tests',
    },
  },
};

describe('the settings of the Compose stack', () => {
  it.each(Object.entries(apps))('are all that %s reads, but for those that are decided', (app, { schema, decided }) => {
    const settable = Object.entries(services[app]?.environment ?? {})
      .filter(([name, value]) => value.startsWith(`\${${name}:-`))
      .map(([name]) => name)
      .filter((name) => !name.startsWith('OTEL_'));
    expect([...settable, ...Object.keys(decided)].toSorted()).toEqual(Object.keys(schema.shape).toSorted());
  });

  it('show in .env.example what an app takes without them', () => {
    const settings = Object.values(apps).flatMap(({ schema }) => Object.entries(schema.shape as z.ZodRawShape));
    const differing = settings.flatMap(([name, type]) => {
      const [example, plain] = [shown.get(name), z.safeParse(type, undefined)];
      if (!example || used.get(name) !== '' || plain.data === undefined) return [];
      return isDeepStrictEqual(z.parse(type, example), plain.data) ? [] : [[name, example, plain.data]];
    });
    expect(differing).toEqual([]);
  });

  it('give every worker a volume of its own for numbers that no master has confirmed', () => {
    const [, folder] = /LOADSTAR_WORKER_DATA_DIR=(\S+)/.exec(read('docker/Dockerfile')) ?? [];
    expect(services.worker?.volumes).toContain(folder);
  });

  it('are explained in .env.example, each of them and no other', () => {
    expect([...shown.keys()].toSorted()).toEqual([...used.keys()].toSorted());
  });

  it('have the defaults that .env.example shows', () => {
    const differing = [...used].filter(([name, value]) => value !== '' && value !== shown.get(name));
    expect(differing).toEqual([]);
  });

  it('publish the four ports on loopback', () => {
    const ports = ['LOADSTAR_PUBLISH', 'TARGET_PUBLISH', 'PROMETHEUS_PUBLISH', 'GRAFANA_PUBLISH'];
    expect(ports.map((name) => used.get(name))).toEqual([
      '127.0.0.1:8089',
      '127.0.0.1:5001',
      '127.0.0.1:9090',
      '127.0.0.1:3000',
    ]);
  });

  it('say in so many words that sign-in is off', () => {
    expect(used.get('LOADSTAR_AUTH')).toBe('off');
  });

  it('pin every image of others to a version', () => {
    for (const { image } of Object.values(services).filter(({ build }) => !build)) {
      expect(image).toMatch(/:v?\d+\.\d+/);
    }
  });
});
