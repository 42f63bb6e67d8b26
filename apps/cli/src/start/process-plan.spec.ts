import { masterConfigSchema } from '../../../master/src/config/read-master-config.js';
import { targetConfigSchema } from '../../../target/src/config/target-config.js';
import { workerConfigSchema } from '../../../worker/src/config/worker-config.js';
import { environmentOf } from './app-environment.js';
import { planProcesses, planWorker, type StartSettings } from './process-plan.js';

const settings: StartSettings = {
  masterPort: 8089,
  targetPort: 5001,
  workers: 2,
  engines: 1,
  withTarget: true,
  autoscale: false,
  maxWorkers: 2,
  scenario: undefined,
  joinToken: 'the-join-token',
  verbose: false,
};
const appMain = (app: string): string => `/dist/${app}.js`;

/** What only the master may know, and the rest of what is often in an environment that others have filled. */
const secrets = {
  LOADSTAR_TOKENS: 'admin:secret-01',
  LOADSTAR_TOKEN: 'secret-02',
  LOADSTAR_METRICS_TOKEN: 'secret-03',
  DATABASE_URL: 'postgres://u:secret-04@h/d',
  REDIS_URL: 'redis://:secret-05@h',
  PGPASSWORD: 'secret-06',
  REDIS_PASSWORD: 'secret-07',
  POSTGRES_PASSWORD: 'secret-08',
  GF_SECURITY_ADMIN_PASSWORD: 'secret-09',
  ALERT_SMTP_PASSWORD: 'secret-10',
  PROMETHEUS_REMOTE_WRITE_PASSWORD: 'secret-11',
};

describe('the processes of loadstar start', () => {
  it('get no secrets but their own', () => {
    const specs = [
      ...planProcesses(settings, appMain, secrets),
      planWorker('worker-3', settings, appMain, { ...secrets, LOADSTAR_JOIN_TOKEN: 'the-join-token' }),
    ];
    const known = specs.map(({ name, env }) => [name, JSON.stringify(env).match(/secret-\d+|the-join-token/g) ?? []]);
    expect(Object.fromEntries(known)).toEqual({
      target: [],
      master: ['secret-01', 'secret-02', 'secret-03', 'secret-04', 'secret-05', 'secret-06', 'the-join-token'],
      'worker-1': ['the-join-token'],
      'worker-2': ['the-join-token'],
      'worker-3': ['the-join-token'],
    });
  });

  it.each([
    ['master', masterConfigSchema],
    ['worker', workerConfigSchema],
    ['target', targetConfigSchema],
  ] as const)('hand on every setting that %s reads, and what is none of ours', (app, schema) => {
    const others = ['PATH', 'LANG', 'NODE_OPTIONS', 'HTTPS_PROXY', 'OTEL_EXPORTER_OTLP_ENDPOINT'];
    const source = Object.fromEntries([...Object.keys(schema.shape), ...others].map((name) => [name, 'x']));
    expect(environmentOf(app, source)).toEqual(source);
  });

  it('take flags over the environment', () => {
    const inherited = { LOADSTAR_PORT: '1', TARGET_PORT: '2', LOADSTAR_ENGINES: '7', LOADSTAR_WORKER_PORT: '3' };
    const env = Object.fromEntries(planProcesses(settings, appMain, inherited).map((spec) => [spec.name, spec.env]));
    expect(env).toMatchObject({
      master: { LOADSTAR_PORT: '8089' },
      target: { TARGET_PORT: '5001' },
      'worker-1': { LOADSTAR_ENGINES: '1', LOADSTAR_WORKER_PORT: '0' },
    });
  });
});
