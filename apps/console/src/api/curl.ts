// Every action of the page as a command, for those who want to script it.

export interface Call {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Relative to the console, without a leading slash. */
  path: string;
  body?: unknown;
}

/**
 * @param base address of the console, ending in a slash
 * @param auth whether the platform wants a token; the command then takes it from the environment, never from this page
 */
export function curlOf({ method, path, body }: Call, base: string, auth: boolean): string {
  const parts = ['curl'];
  if (method !== 'GET') parts.push('-X', method);
  parts.push(quoted(new URL(path, base).href));
  if (auth) parts.push('-H "authorization: Bearer $LOADSTAR_TOKEN"');
  if (body !== undefined) parts.push(`-H 'content-type: application/json' -d ${quoted(JSON.stringify(body))}`);
  return parts.join(' ');
}

/** In quotes only where the shell would make something else of it. */
function quoted(text: string): string {
  return /^[\w:/.@%-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
