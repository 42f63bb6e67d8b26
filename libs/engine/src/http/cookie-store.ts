/**
 * The cookies of one user; made when the first Set-Cookie arrives, because most users never get one. The library behind
 * them is loaded just as late: it costs every engine process 10 MB.
 */
import type { CookieJar } from 'tough-cookie';

/** A server that sets a cookie with every response must not fill the memory. */
const mostCookieLength = 8_192;

export class CookieStore {
  constructor(private readonly jar: CookieJar) {}

  /** Takes the values of Set-Cookie fields; invalid ones are left out, as browsers do. */
  store(fields: readonly string[], url: string): void {
    for (const field of fields) {
      if (field.length <= mostCookieLength) this.jar.setCookieSync(field, url, { ignoreError: true });
    }
  }

  /** Value of the Cookie field for a request to `url`; undefined when there is none to send. */
  headerFor(url: string): string | undefined {
    const value = this.jar.getCookieStringSync(url);
    return value === '' ? undefined : value;
  }
}

/** Loads what cookies need. @returns a maker of stores, for use from then on */
export async function loadCookies(): Promise<() => CookieStore> {
  const { CookieJar: Jar } = await import('tough-cookie');
  // Test systems live on hosts such as "localhost", which a public suffix list would refuse.
  return () => new CookieStore(new Jar(undefined, { rejectPublicSuffixes: false }));
}
