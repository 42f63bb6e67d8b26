/**
 * Keeps other sites' pages from driving this master through a visitor's browser. Browsers mark such calls (Origin,
 * Sec-Fetch-Site, Referer) and pages cannot forge the marks; curl and scripts send none and pass. DNS rebinding, where a
 * page's own name is pointed at this machine, is caught by the Host header.
 */
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { isLoopback } from '../config/loopback.js';
import type { MasterConfig } from '../config/master-config.js';
import type { Headers } from './credentials.js';

/** The site that a call comes from when it is another one than ours, or undefined. */
export function foreignOrigin(headers: Headers): string | undefined {
  const host = text(headers['host']);
  const origin = text(headers['origin']);
  if (origin !== undefined && hostOf(origin) !== host?.toLowerCase()) return origin;
  const site = text(headers['sec-fetch-site']);
  // `none` is a person who typed the address or chose a bookmark.
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return origin ?? site;
  if (origin !== undefined || site !== undefined) return undefined;
  const referer = text(headers['referer']);
  return referer !== undefined && hostOf(referer) !== host?.toLowerCase() ? referer : undefined;
}

/**
 * Whether the Host header may be answered. Only an open master needs the check: with tokens a rebound page holds none.
 * On loopback only loopback names (and configured ones) are ours. Bound wider, addresses and names without a dot, such
 * as a compose service's, pass too: a rebinding page always has a public name.
 */
export function hostAllowed(header: string | undefined, { bind, auth }: Pick<MasterConfig, 'bind' | 'auth'>): boolean {
  if (auth.mode === 'tokens') return true;
  const name = nameOf(header);
  if (name === undefined) return false;
  if (isLoopback(name) || auth.allowedHosts.some((allowed) => allowed.toLowerCase() === name)) return true;
  if (isLoopback(bind)) return false;
  return isIP(name) !== 0 || !name.includes('.') || name === hostname().toLowerCase();
}

/** Host name of a Host header, lower case, without port and brackets. */
function nameOf(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  try {
    return new URL(`http://${header}`).hostname.replace(/^\[|\]$/g, '').toLowerCase();
  } catch {
    return undefined;
  }
}

/** Host with port of a URL; undefined for what is none, such as the opaque origin `null`. */
function hostOf(url: string): string | undefined {
  try {
    return new URL(url).host.toLowerCase();
  } catch {
    return undefined;
  }
}

const text = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);
