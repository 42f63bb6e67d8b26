import { availableParallelism, hostname } from 'node:os';
import { setting } from '@loadstar/shared';
import { z } from 'zod';

const urls = z
  .string()
  .default('http://127.0.0.1:8089')
  .transform((text) => text.split(',').map((url) => url.trim()))
  .refine((list) => list.every(isHttpUrl), 'a base URL such as http://127.0.0.1:8089, or several with commas between');

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

const mostLabels = 32;
const labelProblem = `at most ${mostLabels} labels such as zone=eu,disk=ssd: names of letters, digits and . _ -, each once`;

/** `name=value` with commas between; what a worker is called by when a run asks for some kind of worker. */
const labels = z
  .string()
  .default('')
  .transform((text, context): Record<string, string> => {
    const pairs = text
      .split(',')
      .map((pair) => pair.trim())
      .filter((pair) => pair !== '')
      .map((pair) => /^([A-Za-z0-9._-]{1,64})=([^=]{1,100})$/.exec(pair) ?? [undefined]);
    const names = new Set(pairs.map(([, name]) => name));
    if (pairs.length > mostLabels || names.has(undefined) || names.size !== pairs.length) {
      context.addIssue(labelProblem);
      return z.NEVER;
    }
    return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value]));
  });

/** The machine's name and the process's id, in the letters that a worker's name may have. */
function defaultName(): string {
  return `${hostname().replace(/[^A-Za-z0-9._-]/g, '-')}-${process.pid}`.slice(-100);
}

/** Settings of a worker, by environment variable. */
export const workerConfigSchema = z.object({
  /** Where the master listens; of several masters, all of them, tried in turn. */
  LOADSTAR_MASTER_URL: urls,
  /** Shared secret of the fleet; the master's own. */
  LOADSTAR_JOIN_TOKEN: z.string('the join token that the master was started with').min(1).max(512),
  /** Engine processes that generate load; default one per core. */
  LOADSTAR_ENGINES: setting.integer(availableParallelism(), 1, 256),
  /** Name of this worker in tables and logs; need not be unique. Default: host name and process id. */
  LOADSTAR_WORKER_NAME: z
    .string()
    .regex(/^[A-Za-z0-9._:-]{1,100}$/, 'at most 100 letters, digits and . _ : -')
    .default(defaultName),
  /** Labels, by which runs choose their workers: `zone=eu,disk=ssd`. */
  LOADSTAR_LABELS: labels,
  /** Port of `/health` and `/metrics`; 0 takes any free one. */
  LOADSTAR_WORKER_PORT: setting.port(0),
  /** Address to bind; loopback unless told otherwise. */
  LOADSTAR_WORKER_BIND: setting.text('127.0.0.1'),
  /** Folder where numbers are kept that no master has confirmed, until one does. Made when it is needed. */
  LOADSTAR_WORKER_DATA_DIR: setting.text('.loadstar/worker'),
  LOADSTAR_LOG_LEVEL: setting.logLevel(),
  LOADSTAR_LOG_PRETTY: setting.flag(false),
});

export type WorkerConfig = z.output<typeof workerConfigSchema>;
