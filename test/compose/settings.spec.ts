import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { repository } from '../support/apps.js';

const read = (file: string): string => readFileSync(join(repository, file), 'utf8');
const compose = read('docker-compose.yml');
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

describe('the settings of the Compose stack', () => {
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
    const { services } = parse(compose, { merge: true }) as {
      services: Record<string, { image: string; build?: object }>;
    };
    for (const { image } of Object.values(services).filter(({ build }) => !build)) {
      expect(image).toMatch(/:v?\d+\.\d+/);
    }
  });
});
