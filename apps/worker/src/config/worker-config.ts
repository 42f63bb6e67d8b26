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
  /** Port of `/health` and `/metrics`; 0 takes any free one. */
  LOADSTAR_WORKER_PORT: setting.port(0),
  /** Address to bind; loopback unless told otherwise. */
  LOADSTAR_WORKER_BIND: setting.text('127.0.0.1'),
  LOADSTAR_LOG_LEVEL: setting.logLevel(),
  LOADSTAR_LOG_PRETTY: setting.flag(false),
});

export type WorkerConfig = z.output<typeof workerConfigSchema>;
