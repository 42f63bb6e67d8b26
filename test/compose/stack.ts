import { execFile } from 'node:child_process';
import { type AddressInfo, createServer } from 'node:net';
import { repository } from '../support/apps.js';
import { eventually, pause } from '../support/eventually.js';

/** The Compose stack of this repository as a test runs it: a project of its own, on ports that are free. */

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

export interface Container {
  Id: string;
  Name: string;
  Image: string;
  State: { Status: string; Pid: number; ExitCode: number; Health?: { Status: string } };
  RestartCount: number;
  Config: {
    User: string;
    Labels: Record<string, string>;
    Healthcheck?: { Interval: number };
  };
  HostConfig: { Memory: number; ReadonlyRootfs: boolean; CapDrop: string[] | null };
  NetworkSettings: {
    Ports: Record<string, { HostIp: string; HostPort: string }[] | null>;
    Networks: Record<string, unknown>;
  };
}

const project = 'loadstar-test';
const label = `label=com.docker.compose.project=${project}`;

/** Settings as `.env` would hold them, each different from its default so that it can be seen to act. */
export const settings = {
  LOCUST_USERS: '7',
  LOCUST_SPAWN_RATE: '3',
  LOCUST_RUN_TIME: '10m',
  LOCUST_WORKERS: '2',
  GF_SECURITY_ADMIN_PASSWORD: 'not-the-default',
  PROMETHEUS_RETENTION_TIME: '3d',
  METRICS_SCRAPE_INTERVAL: '2s',
  HEALTH_CHECK_INTERVAL: '7s',
};

/** As an edited `.env`: what is set acts at the next `up`. */
export function change(values: Record<string, string>): void {
  Object.assign(settings, values);
}

let published: Record<string, string> = {};

/** Chooses free ports; ones that the engine chooses would change when a container starts again. */
export async function choosePorts(): Promise<void> {
  const names = ['LOADSTAR_PUBLISH', 'TARGET_PUBLISH', 'PROMETHEUS_PUBLISH', 'GRAFANA_PUBLISH'];
  const servers = await Promise.all(names.map(() => listenAnywhere()));
  published = Object.fromEntries(servers.map(({ port }, index) => [names[index] ?? '', `127.0.0.1:${port}`]));
  await Promise.all(servers.map(({ close }) => close()));
}

function listenAnywhere(): Promise<{ port: number; close: () => Promise<void> }> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const port = (server.address() as AddressInfo).port;
      resolve({ port, close: () => new Promise((closed) => server.close(() => closed())) });
    });
  });
}

export function docker(args: string[], env: Record<string, string> = {}, limitMs = 540_000): Promise<Ended> {
  const { PATH = '', HOME = '' } = process.env;
  return new Promise((resolve) => {
    const options = { cwd: repository, env: { PATH, HOME, ...env }, timeout: limitMs, maxBuffer: 64 << 20 };
    execFile('docker', args, options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr });
    });
  });
}

/** @throws Error with what docker said */
export async function compose(...args: string[]): Promise<string> {
  const ended = await docker(['compose', '-p', project, ...args], { ...settings, ...published });
  if (ended.code !== 0) {
    throw new Error(`docker compose ${args.join(' ')} ended with ${ended.code}:\n${ended.stdout}${ended.stderr}`);
  }
  return ended.stdout;
}

/** All containers of the project, or those of one service. */
export async function containers(service?: string): Promise<Container[]> {
  const filters = ['--filter', label, ...(service ? ['--filter', `label=com.docker.compose.service=${service}`] : [])];
  const ids = (await docker(['ps', '-aq', ...filters])).stdout.split('\n').filter(Boolean);
  if (ids.length === 0) return [];
  return JSON.parse((await docker(['inspect', ...ids])).stdout) as Container[];
}

export const serviceOf = ({ Config }: Container): string => Config.Labels['com.docker.compose.service'] ?? '';

export async function one(service: string): Promise<Container> {
  const [first] = await containers(service);
  if (!first) throw new Error(`there is no container of ${service}`);
  return first;
}

/** Runs a script with the Node of a container that holds nothing else. @throws Error with what it said */
export async function scriptIn({ Id, Name }: Container, script: string): Promise<string> {
  const { code, stdout, stderr } = await docker(['exec', Id, '/usr/local/bin/node', '-e', script]);
  if (code !== 0) throw new Error(`a script in ${Name} ended with ${code}: ${stderr}`);
  return stdout.trim();
}

/** What the engine published for a port of a service, as a base URL. */
export async function addressOf(service: string, port: number): Promise<string> {
  return `http://${(await compose('port', service, String(port))).trim()}`;
}

/**
 * Ends the main process of a service as a crash would, so that the restart policy acts; a kill through the engine counts
 * as wanted. Where the process cannot be reached from here, the engine kills and starts it.
 */
export async function crash(service: string): Promise<void> {
  const before = await one(service);
  try {
    process.kill(before.State.Pid, 'SIGKILL');
  } catch {
    await docker(['kill', before.Id]);
    await docker(['start', before.Id]);
  }
  await eventually(async () => {
    const now = (await containers(service)).find(({ Id }) => Id === before.Id);
    if (!now || now.State.Pid === before.State.Pid) throw new Error(`${service} still is process ${before.State.Pid}`);
  });
}

/** Waits until every container of a service runs and is healthy. */
export async function healthy(service: string): Promise<void> {
  await eventually(
    async () => {
      for (const { Name, State } of await containers(service)) {
        if (State.Status !== 'running' || State.Health?.Status !== 'healthy') {
          throw new Error(`${Name} is ${State.Status}, ${State.Health?.Status}`);
        }
      }
    },
    90_000,
    500,
  );
}

/** Memory of every running container, in MiB, by name. */
export async function memory(): Promise<Record<string, number>> {
  const ids = (await docker(['ps', '-q', '--filter', label])).stdout.split('\n').filter(Boolean);
  const { stdout } = await docker(['stats', '--no-stream', '--format', '{{.Name}} {{.MemUsage}}', ...ids]);
  return Object.fromEntries(
    stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => {
        const [, name = '', amount = '0', unit = 'MiB'] = /^\S*?-test-(\S+) ([\d.]+)(\w+)/.exec(line) ?? [];
        const factor = { B: 1 / (1 << 20), KiB: 1 / 1024, MiB: 1, GiB: 1024 }[unit] ?? 1;
        return [name, Number(amount) * factor];
      }),
  );
}

/** What is left of the project: containers, volumes, networks. */
export async function remains(): Promise<string[]> {
  const lists = [
    ['ps', '-aq'],
    ['volume', 'ls', '-q'],
    ['network', 'ls', '-q'],
  ];
  const found = await Promise.all(lists.map((list) => docker([...list, '--filter', label])));
  return found.flatMap(({ stdout }) => stdout.split('\n').filter(Boolean));
}

/** Prints a figure into the test's output, for docs/deployment.md. */
export function figure(text: string): void {
  process.stdout.write(`  ▸ ${text}\n`);
}

export { pause };
