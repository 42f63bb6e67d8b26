/** The one check of the base URL that a run goes to, for the command line and for every route of a master. */
import { LoadstarError } from '../errors/index.js';

/**
 * @param field what whoever gave it calls it
 * @returns the base URL without a slash at its end
 * @throws LoadstarError INVALID_HOST unless it has scheme http(s) and a host, and neither credentials, query nor fragment
 */
export function checkHost(host: string, field = 'host'): string {
  const problem = problemOf(host);
  if (problem === undefined) return host.replace(/\/+$/, '');
  throw new LoadstarError('INVALID_HOST', { host: withoutCredentials(host) }, [{ field, problem }]);
}

function problemOf(host: string): string | undefined {
  if (!/^https?:\/\/[^/]/i.test(host) || !URL.canParse(host)) return 'http:// or https:// with a host';
  const { username, password, search, hash } = new URL(host);
  if (username !== '' || password !== '') {
    return 'no user and no password, which every report would show: a scenario gives them to its requests, as `auth`';
  }
  return search === '' && hash === '' ? undefined : 'no query and no fragment';
}

/** Credentials must not come back in an error or a log, also of what is no URL at all. */
function withoutCredentials(host: string): string {
  return host.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/i, '$1***@');
}
