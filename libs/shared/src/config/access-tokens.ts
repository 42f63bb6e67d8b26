/** The form of `LOADSTAR_TOKENS`, in one place: the master lets in by it, and commands take from it what they sign in with. */

/** What a caller may do: look, start and stop load, or delete runs and their numbers. Each role includes those before it. */
export type AccessRole = 'viewer' | 'runner' | 'admin';

export interface AccessToken {
  readonly role: AccessRole;
  readonly token: string;
  /** Whose it is; runs that are queued with it are this owner's. */
  readonly name?: string | undefined;
}

/** Shorter tokens can be guessed. */
export const minTokenLength = 8;

export const accessTokensForm = `a list such as viewer:TOKEN,runner@anna:TOKEN,admin:TOKEN, each token of ${minTokenLength} characters or more`;

/**
 * @param list entries with commas between; spaces around them and empty ones do not matter
 * @returns each entry in its place, undefined where it has another form
 */
export function parseAccessTokens(list: string): (AccessToken | undefined)[] {
  const entries = list.split(',').map((entry) => entry.trim());
  return entries.filter((entry) => entry !== '').map(parseEntry);
}

function parseEntry(entry: string): AccessToken | undefined {
  const [, role, name, token] = /^(viewer|runner|admin)(?:@([A-Za-z0-9._-]{1,64}))?:(.+)$/.exec(entry) ?? [];
  if ((role !== 'viewer' && role !== 'runner' && role !== 'admin') || !token || token.length < minTokenLength) {
    return undefined;
  }
  return name === undefined ? { role, token } : { role, token, name };
}
