/** Reads what a class's static members say about HTTP; mistakes are told before load starts, not by the first request. */
import type { HttpSettings, TlsSettings } from '../http/http-settings.js';
import { HttpUser } from '../user/http-user.js';
import type { UserClass } from '../user/user.js';
import { type Problems, shown } from './problems.js';

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

const tlsMembers: Readonly<Record<keyof TlsSettings, readonly [expected: string, is: (value: unknown) => boolean]>> = {
  insecure: ['true or false', (value) => typeof value === 'boolean'],
  ca: ['PEM text or a list of it', (value) => (Array.isArray(value) ? value.every(isText) : isText(value))],
  cert: ['PEM text', isText],
  key: ['PEM text', isText],
  passphrase: ['text', (value) => typeof value === 'string'],
  servername: ['a host name', isText],
  resume: ['true or false', (value) => typeof value === 'boolean'],
};

/** @returns undefined for a class that speaks no HTTP or has no settings of its own */
export function readHttpSettings(name: string, userClass: UserClass, problems: Problems): HttpSettings | undefined {
  if (!(userClass.prototype instanceof HttpUser)) return undefined;
  const { keepAlive, resendStale, tls, proxy, phases } = userClass as unknown as typeof HttpUser;
  for (const [key, value] of Object.entries({ keepAlive, resendStale, phases })) {
    if (typeof value !== 'boolean') problems.add(`${name}.${key}`, `expected true or false, not ${shown(value)}`);
  }
  if (tls !== undefined) checkTls(`${name}.tls`, tls, problems);
  if (proxy !== undefined && !isProxy(proxy)) {
    problems.add(`${name}.proxy`, `expected a URL such as "http://localhost:3128", not ${shown(proxy)}`);
  }
  if (keepAlive && resendStale && tls === undefined && proxy === undefined && !phases) return undefined;
  return { keepAlive, resendStale, tls, proxy, phases };
}

function isProxy(value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value) && new URL(value).protocol === 'http:';
}

function checkTls(where: string, tls: unknown, problems: Problems): void {
  if (typeof tls !== 'object' || tls === null || Array.isArray(tls)) {
    problems.add(where, `expected an object such as { insecure: true }, not ${shown(tls)}`);
    return;
  }
  for (const [key, value] of Object.entries(tls)) {
    const member = Object.hasOwn(tlsMembers, key) ? tlsMembers[key as keyof TlsSettings] : undefined;
    if (member === undefined) {
      problems.add(`${where}.${key}`, `there is no such setting; known are ${Object.keys(tlsMembers).join(', ')}`);
    } else if (value !== undefined && !member[1](value)) {
      problems.add(`${where}.${key}`, `expected ${member[0]}, not ${shown(value)}`);
    }
  }
  const { cert, key } = tls as TlsSettings;
  if ((cert === undefined) !== (key === undefined)) problems.add(where, 'cert and key go together');
}
