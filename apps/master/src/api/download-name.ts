/** Names of downloaded files, in Locust's form: `Locust_<when>_<scenario>_<host>` and what it is. */
import type { RunSummary } from '@loadstar/stats';

/**
 * @param rest what follows the common part, such as `_requests.csv`
 * @returns a name of characters that every file system and header takes
 */
export function downloadName({ meta }: RunSummary, rest: string): string {
  const when = meta.startedAt.replace(/^(\d{4}-\d\d-\d\d)T(\d\d):(\d\d).*$/, '$1-$2h$3');
  const host = meta.host.replace(/^https?:\/\//, '');
  return `Locust_${when}_${meta.scenario}_${host}`.replace(/[^A-Za-z0-9._-]+/g, '-') + rest;
}
