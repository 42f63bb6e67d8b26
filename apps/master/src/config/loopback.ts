/** Which names mean this machine only; both the configuration and the cross-site guard ask. */

/** @param host name or address without a port; an IPv6 address with or without brackets */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  return name === 'localhost' || name.endsWith('.localhost') || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}
