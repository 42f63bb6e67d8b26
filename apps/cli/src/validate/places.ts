import { parseAccessTokens } from '@loadstar/shared';

/** Where the parts of a deployment are, and how to get in: from flags, the environment, and Compose's own `.env`. */
export interface Places {
  readonly master: string;
  readonly target: string;
  readonly prometheus: string;
  readonly grafana: string;
  /** Places that somebody named, so that nobody there is a failure and not a smaller deployment. */
  readonly named: ReadonlySet<Place>;
  /** Token for the master, when it asks for one. */
  readonly token: string | undefined;
  readonly grafanaUser: string;
  readonly grafanaPassword: string;
  /** Name of the Compose project. */
  readonly project: string;
}

export type Place = 'master' | 'target' | 'prometheus' | 'grafana';

export interface PlaceFlags {
  readonly master?: string | undefined;
  readonly target?: string | undefined;
  readonly prometheus?: string | undefined;
  readonly grafana?: string | undefined;
  readonly grafanaUser?: string | undefined;
  readonly grafanaPassword?: string | undefined;
  readonly token?: string | undefined;
  readonly project?: string | undefined;
}

type Variables = Readonly<Record<string, string | undefined>>;

const usual = { master: 8089, target: 5001, prometheus: 9090, grafana: 3000 } as const;
const publishVariable = {
  master: 'LOADSTAR_PUBLISH',
  target: 'TARGET_PUBLISH',
  prometheus: 'PROMETHEUS_PUBLISH',
  grafana: 'GRAFANA_PUBLISH',
} as const;

/** @param variables the environment over the values of `.env`, which Compose reads the same way */
export function findPlaces(flags: PlaceFlags, variables: Variables): Places {
  const place = (name: Place): string =>
    (flags[name] ?? published(variables[publishVariable[name]], usual[name])).replace(/\/+$/, '');
  const names: readonly Place[] = ['master', 'target', 'prometheus', 'grafana'];
  return {
    master: place('master'),
    target: place('target'),
    prometheus: place('prometheus'),
    grafana: place('grafana'),
    named: new Set(names.filter((name) => flags[name] !== undefined)),
    token: flags.token ?? usableToken(variables['LOADSTAR_TOKENS'] ?? ''),
    grafanaUser: flags.grafanaUser ?? 'admin',
    grafanaPassword: flags.grafanaPassword ?? (variables['GF_SECURITY_ADMIN_PASSWORD'] || 'admin'),
    project: flags.project ?? (variables['COMPOSE_PROJECT_NAME'] || 'loadstar'),
  };
}

/** `0.0.0.0:18089` and `18089` are published on this machine too. */
function published(value: string | undefined, port: number): string {
  const match = /^(?:(.*):)?(\d+)$/.exec(value ?? '');
  if (!match) return `http://localhost:${port}`;
  const [, host = '', wanted] = match;
  const everywhere = host === '' || host === '0.0.0.0' || host === '[::]';
  return `http://${everywhere ? 'localhost' : host}:${wanted}`;
}

/** A smoke swarm needs a runner; the first token that may start one. */
function usableToken(list: string): string | undefined {
  return parseAccessTokens(list).find((entry) => entry !== undefined && entry.role !== 'viewer')?.token;
}
