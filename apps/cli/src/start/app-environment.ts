/**
 * What `loadstar start` hands on of its own environment. Every app gets what is no setting of Loadstar, such as PATH, the
 * locale, Node's and OpenTelemetry's variables; of Loadstar's settings it gets those that it reads and no others, because
 * what is in the environment of a worker can be read by the scenarios that it runs.
 */
export type AppName = 'master' | 'worker' | 'target';
export type Inherited = Readonly<Record<string, string | undefined>>;

/** Settings of the apps, of what they store in, and of the Compose stack, whose `.env` may have been exported. */
const isSetting =
  /^(?:LOADSTAR|LOCUST|TARGET|DATABASE|REDIS|POSTGRES|PROMETHEUS|ALERT|ALERTMANAGER|GRAFANA|GF|METRICS)_|^PG[A-Z]+$/;

const isReadBy: Readonly<Record<AppName, RegExp>> = {
  // PG...: what the driver of PostgreSQL takes where DATABASE_URL leaves it open.
  master: /^(?:LOADSTAR|LOCUST)_|^(?:DATABASE|REDIS)_URL$|^PG[A-Z]+$/,
  worker: /^LOADSTAR_(?:MASTER_URL|JOIN_TOKEN|ENGINES|LABELS|WORKER_[A-Z_]+|LOG_[A-Z_]+)$/,
  target: /^TARGET_|^LOADSTAR_(?:LOG_LEVEL|LOG_PRETTY)$/,
};

/** @param inherited the environment of the command */
export function environmentOf(app: AppName, inherited: Inherited): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inherited).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && (!isSetting.test(entry[0]) || isReadBy[app].test(entry[0])),
    ),
  );
}
