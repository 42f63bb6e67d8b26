/** Docker containers: every service of the Compose project runs and is healthy. */
import { z } from 'zod';
import type { Context } from '../context.js';
import { type Finding, judged, type Problem, skipped } from '../finding.js';

const rowSchema = z.object({
  Service: z.string(),
  Name: z.string(),
  State: z.string(),
  Health: z.string().default(''),
  ExitCode: z.number().default(0),
  Status: z.string().default(''),
});
export type ContainerRow = z.infer<typeof rowSchema>;

/** Runs once before the others and leaves with 0. */
const oneShot = new Set(['secrets']);

export async function checkContainers({ probe, places }: Context): Promise<Finding> {
  const compose = ['compose', '-p', places.project];
  const listed = await probe.command('docker', [...compose, 'ps', '-a', '--format', 'json']);
  if (listed.code === undefined) return skipped('no docker command here');
  if (listed.code !== 0) return skipped(`docker does not answer: ${firstLine(listed.stderr)}`);
  const rows = readRows(listed.stdout);
  if (rows.length === 0) return skipped(`no containers of the Compose project "${places.project}"`);
  const config = await probe.command('docker', [...compose, 'config', '--services']);
  // Elsewhere than in the project's folder there is nothing to compare with; what runs is judged all the same.
  const services = config.code === 0 ? config.stdout.split('\n').filter(Boolean) : [];
  return judgeContainers(rows, services);
}

/** Compose prints one JSON object a line, older ones a list. */
export function readRows(text: string): ContainerRow[] {
  const trimmed = text.trim();
  if (trimmed === '') return [];
  const values: unknown = JSON.parse(trimmed.startsWith('[') ? trimmed : `[${trimmed.split('\n').join(',')}]`);
  return z.array(rowSchema).parse(values);
}

/** @param services those that the project's file names; empty when it is not at hand */
export function judgeContainers(rows: readonly ContainerRow[], services: readonly string[]): Finding {
  const problems = [
    ...services
      .filter((service) => !rows.some((row) => row.Service === service))
      .map((service) => ({
        what: `service ${service} has no container`,
        why: 'the project’s file names it, but nothing of it was started',
        todo: 'docker compose up -d --wait',
      })),
    ...rows.flatMap(judgeRow),
  ];
  const running = rows.filter(({ State }) => State === 'running').length;
  return judged(
    `${running} containers run`,
    problems,
    rows.map(({ Name, Status, State }) => `${Name}: ${Status || State}`),
  );
}

function judgeRow({ Service, Name, State, Health, ExitCode, Status }: ContainerRow): Problem[] {
  if (oneShot.has(Service) && State === 'exited' && ExitCode === 0) return [];
  const todo = `docker compose logs --tail 50 ${Service}`;
  if (State !== 'running') return [{ what: `${Name} does not run`, why: Status || State, todo }];
  if (Health === 'unhealthy') return [{ what: `${Name} is unhealthy`, why: Status, todo }];
  if (Health === 'starting') return [{ what: `${Name} is not healthy yet`, why: Status, todo: `Wait, then: ${todo}` }];
  return [];
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? '';
}
