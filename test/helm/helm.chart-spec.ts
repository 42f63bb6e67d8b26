import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MetricName } from '@loadstar/shared';
import { parse, parseAllDocuments } from 'yaml';
import { repository } from '../support/apps.js';

jest.setTimeout(120_000);

interface Container {
  name: string;
  image: string;
  env?: { name: string; value?: string }[];
  securityContext?: { readOnlyRootFilesystem?: boolean; allowPrivilegeEscalation?: boolean };
  resources?: { limits?: { memory?: string } };
  readinessProbe?: object;
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[];
}
interface PodTemplate {
  metadata: { labels: Record<string, string> };
  spec: {
    containers: Container[];
    securityContext?: { runAsNonRoot?: boolean };
    volumes?: { name: string; emptyDir?: object; secret?: { secretName: string; items?: { key: string }[] } }[];
  };
}
interface Manifest {
  kind: string;
  metadata: { name: string; labels: Record<string, string>; annotations?: Record<string, string> };
  spec?: Record<string, unknown> & { template?: PodTemplate; replicas?: number };
  stringData?: Record<string, string>;
  data?: Record<string, string>;
}

const chart = join(repository, 'deploy/helm/loadstar');
const node = process.execPath;
const { PATH = '', HOME = '' } = process.env;

/** Runs a program on some text. @throws Error with what it said */
function pipe(file: string, args: string[], input: string, env: Record<string, string> = {}): string {
  const options = {
    input,
    encoding: 'utf8',
    cwd: repository,
    env: { PATH, HOME, ...env },
    maxBuffer: 64 << 20,
  } as const;
  const { status, stdout, stderr, error } = spawnSync(file, args, options);
  if (error) throw error;
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

const hasHelm = spawnSync('helm', ['version']).status === 0;

/** The chart as Helm renders it, or, where there is no Helm, its template engine with its functions. */
function renderText(values: object): string {
  const json = JSON.stringify(values);
  return hasHelm
    ? pipe('helm', ['template', 'perf', chart, '--namespace', 'load', '-f', '-'], json)
    : pipe('go', ['run', join(__dirname, 'render.go'), chart, 'perf', 'load'], json, {
        GO111MODULE: 'off',
        GOPATH: '/usr/share/gocode',
      });
}

const parseManifests = (text: string): Manifest[] =>
  parseAllDocuments(text).flatMap((document) => {
    const value = document.toJS() as Manifest | null;
    return value ? [value] : [];
  });
const render = (values: object = {}): Manifest[] => parseManifests(renderText(values));
const problemsOf = (text: string): string => pipe(node, [join(__dirname, 'check-manifests.mjs')], text);
const podsOf = (manifests: Manifest[]): PodTemplate[] =>
  manifests.flatMap(({ spec }) => (spec?.template ? [spec.template] : []));
const find = (manifests: Manifest[], kind: string, name: string): Manifest | undefined =>
  manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);

const monitored = { monitoring: { enabled: true, dashboards: { enabled: true }, labels: { release: 'prometheus' } } };

describe('the Helm chart', () => {
  it.each<[string, object]>([
    ['as it is', {}],
    ['with autoscaling by an HPA', { worker: { autoscaling: { enabled: true } } }],
    ['with autoscaling by KEDA', { worker: { autoscaling: { enabled: true, by: 'keda' } } }],
    ['with monitoring and dashboards', monitored],
    ['with stores whose passwords are in a secret of yours', { stores: { existingSecret: 'mine' } }],
    [
      'with further settings',
      {
        master: { extraEnv: [{ name: 'LOADSTAR_KEEP_DAYS', value: '30' }] },
        worker: { extraEnv: [{ name: 'LOADSTAR_LABELS', value: 'zone=eu' }] },
        target: { extraEnv: [{ name: 'TARGET_RATE_LIMIT', value: '100' }] },
      },
    ],
    ['with stores elsewhere', { redis: { url: 'redis://r:6379' }, postgres: { existingSecret: 'mine' } }],
    [
      'with OpenTelemetry',
      {
        telemetry: {
          otlpEndpoint: 'http://otel:4318',
          headersSecret: 'otel',
          resourceAttributes: 'a=b',
          traceSampling: 0.1,
        },
      },
    ],
    [
      'with everything closed and placed',
      {
        target: { enabled: false },
        access: { existingSecret: 'mine' },
        imagePullSecrets: [{ name: 'registry' }],
        master: {
          persistence: { enabled: false },
          ingress: { enabled: true, className: 'nginx', tlsSecret: 'tls' },
          scenariosConfigMap: 'scenarios',
          nodeSelector: { pool: 'control' },
          tolerations: [{ key: 'load', operator: 'Exists' }],
        },
        networkPolicy: {
          masterFrom: [{ namespaceSelector: {} }],
          workerTo: [{ ipBlock: { cidr: '10.0.0.0/8' } }],
        },
      },
    ],
  ])('makes manifests that the API servers’ schemas accept, %s', (_name, values) => {
    expect(problemsOf(renderText(values))).toBe('');
  });

  it('is checked by schemas that see a wrong type and an unknown field', () => {
    const spoiled = renderText({})
      .replace('replicas: 2', 'replicas: many')
      .replace('enableServiceLinks', 'enableLinks');
    expect(problemsOf(spoiled)).toMatch(/replicas must be integer/);
    expect(problemsOf(spoiled)).toMatch(/enableLinks/);
  });

  it('runs every pod without root, on a root file system that cannot be written, within limits', () => {
    for (const { spec } of podsOf(render())) {
      expect(spec.securityContext).toMatchObject({ runAsNonRoot: true });
      for (const { securityContext, resources, readinessProbe } of spec.containers) {
        expect(securityContext).toMatchObject({ readOnlyRootFilesystem: true, allowPrivilegeEscalation: false });
        expect(resources?.limits?.memory).toBeDefined();
        expect(readinessProbe).toBeDefined();
      }
    }
  });

  it('gives workers the join token and no other secret', () => {
    const pod = find(render(), 'Deployment', 'perf-worker')?.spec?.template?.spec;
    const secrets = pod?.volumes?.flatMap(({ secret }) => (secret ? [secret] : []));
    expect(secrets).toEqual([
      {
        secretName: 'perf-access',
        items: [{ key: 'LOADSTAR_JOIN_TOKEN', path: 'LOADSTAR_JOIN_TOKEN' }],
      },
    ]);
  });

  it('gives each worker a folder of its own for numbers that no master has confirmed', () => {
    const [, folder] =
      /LOADSTAR_WORKER_DATA_DIR=(\S+)/.exec(readFileSync(join(repository, 'docker/Dockerfile'), 'utf8')) ?? [];
    const pod = find(render(), 'Deployment', 'perf-worker')?.spec?.template?.spec;
    const mount = pod?.containers[0]?.volumeMounts?.find(({ mountPath }) => mountPath === folder);
    expect(mount?.readOnly).toBeFalsy();
    expect(pod?.volumes).toContainEqual({ name: mount?.name, emptyDir: {} });
  });

  it.each(['master', 'worker', 'target'])('hands further settings on to %s and to nobody else', (app) => {
    const extraEnv = [{ name: 'LOADSTAR_LOG_PRETTY', value: '1' }];
    const containers = podsOf(render({ [app]: { extraEnv } })).flatMap(({ spec }) => spec.containers);
    const given = containers.filter(({ env }) => env?.some(({ name }) => name === 'LOADSTAR_LOG_PRETTY'));
    expect(given.map(({ name }) => name)).toEqual([app]);
    expect(given[0]?.env).toContainEqual(extraEnv[0]);
  });

  it('leaves its secrets when it is uninstalled, since the volumes of the stores stay too', () => {
    const secrets = render().filter(({ kind }) => kind === 'Secret');
    expect(secrets.map(({ metadata }) => [metadata.name, metadata.annotations])).toEqual([
      ['perf-access', { 'helm.sh/resource-policy': 'keep' }],
      ['perf-stores', { 'helm.sh/resource-policy': 'keep' }],
    ]);
  });

  it('is the same each time it is rendered without a cluster, once its secrets are given', () => {
    const given = {
      access: { joinToken: 'join-token', adminToken: 'admin-token', viewerToken: 'viewer-token' },
      redis: { password: 'r:e/d is' },
      postgres: { password: 'p@st' },
    };
    expect(renderText(given)).toBe(renderText(given));
    const manifests = render(given);
    expect(find(manifests, 'Secret', 'perf-access')?.stringData).toEqual({
      LOADSTAR_JOIN_TOKEN: 'join-token',
      ADMIN_TOKEN: 'admin-token',
      LOADSTAR_METRICS_TOKEN: 'viewer-token',
      LOADSTAR_TOKENS: 'viewer:viewer-token,admin:admin-token',
    });
    expect(find(manifests, 'Secret', 'perf-stores')?.stringData).toEqual({
      REDIS_PASSWORD: 'r:e/d is',
      POSTGRES_PASSWORD: 'p@st',
      REDIS_URL: 'redis://:r%3Ae%2Fd%20is@perf-redis:6379',
      DATABASE_URL: 'postgres://loadstar:p%40st@perf-postgres:5432/loadstar',
    });
    const own = { access: { existingSecret: 'mine' }, stores: { existingSecret: 'stores' } };
    expect(renderText(own)).toBe(renderText(own));
    const volumes = podsOf(render(own)).flatMap(({ spec }) => spec.volumes ?? []);
    expect(volumes.flatMap(({ secret }) => secret?.secretName ?? []).toSorted()).toEqual(
      // Master: both; worker: the first; Redis and PostgreSQL: the second.
      ['mine', 'mine', 'stores', 'stores', 'stores'],
    );
  });

  it('selects pods that exist, whatever selects', () => {
    const manifests = render(monitored);
    const labels = podsOf(manifests).map(({ metadata }) => metadata.labels);
    const selectors = manifests.flatMap(({ kind, metadata, spec = {} }) => {
      const found = { Service: spec.selector, NetworkPolicy: spec.podSelector, PodDisruptionBudget: spec.selector }[
        kind
      ];
      const wanted = (found as { matchLabels?: object } | undefined)?.matchLabels ?? found;
      return wanted ? [[metadata.name, wanted as Record<string, string>] as const] : [];
    });
    expect(selectors.length).toBeGreaterThan(8);
    for (const [name, selector] of selectors) {
      const matching = labels.filter((own) => Object.entries(selector).every(([key, value]) => own[key] === value));
      expect([name, matching.length]).toEqual([name, 1]);
    }
  });

  it('leaves the number of workers to whoever scales them, by a metric that the master exports', () => {
    const hpa = render({ worker: { autoscaling: { enabled: true } } });
    expect(find(hpa, 'Deployment', 'perf-worker')?.spec?.replicas).toBeUndefined();
    const [metric] = find(hpa, 'HorizontalPodAutoscaler', 'perf-worker')!.spec!.metrics as [
      { external: { metric: { name: string }; target: object } },
    ];
    // An average of one makes as many pods as the value says.
    expect(metric.external.metric.name).toBe('loadstar_workers_desired' satisfies MetricName);
    expect(metric.external.target).toEqual({ type: 'AverageValue', averageValue: '1' });
    const env = podsOf(hpa).flatMap(({ spec }) => spec.containers.find(({ name }) => name === 'master')?.env ?? []);
    expect(Object.fromEntries(env.map(({ name, value }) => [name, value]))).toMatchObject({
      LOADSTAR_USERS_PER_WORKER: '500',
      LOADSTAR_MIN_WORKERS: '2',
      LOADSTAR_MAX_WORKERS: '20',
    });
    const keda = render({ worker: { autoscaling: { enabled: true, by: 'keda' } } });
    expect(find(keda, 'ScaledObject', 'perf-worker')?.spec?.triggers).toEqual([
      expect.objectContaining({
        metadata: expect.objectContaining({
          query: 'max(loadstar_workers_desired{namespace="load"})',
          threshold: '1',
        }),
      }),
    ]);
  });

  it('tells every app of the OTLP receiver, and nobody while there is none', () => {
    const envOf = (values: object, name: string) => {
      const pods = podsOf(render(values)).flatMap(({ spec }) => spec.containers);
      return new Map(pods.find((each) => each.name === name)?.env?.map((each) => [each.name, each.value]));
    };
    const telemetry = { otlpEndpoint: 'http://otel:4318', resourceAttributes: 'team=load', traceSampling: '0.1' };
    for (const app of ['master', 'worker', 'target']) {
      const env = envOf({ telemetry }, app);
      expect(env.get('OTEL_EXPORTER_OTLP_ENDPOINT')).toBe('http://otel:4318');
      expect(env.get('OTEL_RESOURCE_ATTRIBUTES')).toBe('k8s.namespace.name=load,k8s.pod.name=$(POD_NAME),team=load');
      expect([...envOf({}, app).keys()].filter((name) => name.startsWith('OTEL_'))).toEqual([]);
    }
    expect(envOf({ telemetry }, 'master').get('LOADSTAR_TRACE_SAMPLING')).toBe('0.1');
  });

  it('brings small stores, or uses those that are named', () => {
    const bundled = render();
    const urls = find(bundled, 'Secret', 'perf-stores')?.stringData ?? {};
    expect(urls.REDIS_URL).toBe(`redis://:${urls.REDIS_PASSWORD}@perf-redis:6379`);
    expect(urls.DATABASE_URL).toBe(`postgres://loadstar:${urls.POSTGRES_PASSWORD}@perf-postgres:5432/loadstar`);
    const external = render({ redis: { url: 'redis://r:6379' }, postgres: { bundled: false } });
    expect(external.filter(({ kind }) => kind === 'StatefulSet')).toEqual([]);
    expect(find(external, 'Secret', 'perf-stores')?.stringData).toMatchObject({ REDIS_URL: 'redis://r:6379' });
    expect(find(external, 'Secret', 'perf-stores')?.stringData).not.toHaveProperty('DATABASE_URL');
  });

  it('carries the same rules and dashboards as the Compose stack', () => {
    const manifests = render(monitored);
    const read = (path: string): string => readFileSync(join(repository, 'monitoring', path), 'utf8');
    const groups = ['recording_rules', 'alert_rules'].flatMap(
      (name) => (parse(read(`prometheus/${name}.yml`)) as { groups: object[] }).groups,
    );
    expect(find(manifests, 'PrometheusRule', 'perf')?.spec?.groups).toEqual(groups);
    for (const file of readdirSync(join(repository, 'monitoring/grafana/dashboards'))) {
      const map = find(manifests, 'ConfigMap', `perf-${file.replace('.json', '')}`);
      expect(JSON.parse(map?.data?.[file] ?? 'null')).toEqual(JSON.parse(read(`grafana/dashboards/${file}`)));
    }
    const jobs = manifests.filter(({ kind }) => kind === 'ServiceMonitor').map(({ metadata }) => metadata);
    expect(jobs.map(({ name }) => name)).toEqual(['perf-master', 'perf-worker', 'perf-target']);
    expect(jobs.every(({ labels }) => labels.release === 'prometheus')).toBe(true);
  });
});
