/** What the commands have in common that are answered by a running master. */

/** Where `loadstar start` and Compose put it. */
export const usualMaster = 'http://localhost:8089';

/** A text for the end of the help. @param done what exit code 0 means */
export function exitCodes(done: string): string {
  return `
Exit codes:
  0  ${done}
  1  usage error
  2  no master answers, or it refuses (a token is missing, or has too small a role)`;
}
