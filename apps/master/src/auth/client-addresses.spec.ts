import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { VirtualClock } from '@loadstar/shared';
import { readMasterConfig } from '../config/read-master-config.js';
import { ClientAddresses } from './client-addresses.js';
import { KnownCallers } from './known-callers.js';

const calledFrom = (remoteAddress: string | undefined, headers: IncomingHttpHeaders = {}) => ({
  headers,
  socket: { remoteAddress } as IncomingMessage['socket'],
});

describe('whom a call is from', () => {
  const trusted = new ClientAddresses(['10.0.0.0/8', '192.0.2.1', 'fd00::/8']);
  const nobody = new ClientAddresses([]);

  it.each([
    ['nobody but the proxy wrote', '10.1.2.3', '203.0.113.7', '203.0.113.7'],
    ['the client wrote something in front', '10.1.2.3', '6.6.6.6, 203.0.113.7', '203.0.113.7'],
    ['it came through two trusted proxies', '10.1.2.3', '6.6.6.6,203.0.113.7, 192.0.2.1', '203.0.113.7'],
    ['it came through a proxy that nobody trusts', '10.1.2.3', '203.0.113.7, 192.0.2.2', '192.0.2.2'],
    ['the caller is no trusted proxy', '203.0.113.9', '203.0.113.7', '203.0.113.9'],
    ['the proxy wrote no address', '10.1.2.3', 'unknown', '10.1.2.3'],
    ['the proxy wrote nothing', '10.1.2.3', '', '10.1.2.3'],
    ['all are trusted proxies', '10.1.2.3', '10.0.0.9', '10.0.0.9'],
    ['the socket has IPv6 for both', '::ffff:10.1.2.3', '203.0.113.7:4711', '203.0.113.7'],
    ['the proxy speaks IPv6', 'fd00::1', '[2001:db8::7]:4711', '2001:db8::7'],
  ])('is told when %s', (_when, far, said, expected) => {
    expect(trusted.of(calledFrom(far, { 'x-forwarded-for': said }))).toBe(expected);
  });

  it('is the far end of the connection when no proxy is trusted', () => {
    expect(nobody.of(calledFrom('127.0.0.1', { 'x-forwarded-for': '203.0.113.7' }))).toBe('127.0.0.1');
    expect(nobody.of(calledFrom(undefined))).toBe('');
  });

  it('is believed from another master, who knows the secret of the term, and from nobody who does not', () => {
    let key: string | undefined = 'secret';
    const leader = new ClientAddresses([], () => key);
    const said = (passed: string) =>
      leader.of(calledFrom('10.0.0.2', { 'x-loadstar-passed-on': passed, 'x-loadstar-client': '203.0.113.7' }));
    expect(said('secret')).toBe('203.0.113.7');
    expect([said('1'), said(''), said('secre')]).toEqual(['10.0.0.2', '10.0.0.2', '10.0.0.2']);
    key = undefined;
    expect([said('1'), said('')]).toEqual(['10.0.0.2', '10.0.0.2']);
  });

  it('needs addresses or blocks in the setting', () => {
    const read = (text: string) => readMasterConfig({ LOADSTAR_TRUSTED_PROXIES: text }).trustedProxies;
    expect(read('10.0.0.5, fd00::/8')).toEqual(['10.0.0.5', 'fd00::/8']);
    for (const wrong of ['proxy', '10.0.0.0/33', '10.0.0.0/', '::/129', '1.2.3.4/8/8']) {
      expect(() => read(wrong)).toThrow(/LOADSTAR_TRUSTED_PROXIES: addresses or CIDR blocks/);
    }
  });
});

describe('tokens that were right from an address', () => {
  it('are remembered for that address, for half a day, and not without bound', async () => {
    const clock = new VirtualClock();
    const known = new KnownCallers(clock);
    known.add('a', 'token');
    expect([known.has('a', 'token'), known.has('b', 'token'), known.has('a', 'other')]).toEqual([true, false, false]);
    await clock.advance(12 * 3_600_000);
    expect(known.has('a', 'token')).toBe(false);
    for (let index = 0; index <= 10_000; index++) known.add(`address-${index}`, 'token');
    expect([known.has('address-0', 'token'), known.has('address-10000', 'token')]).toEqual([false, true]);
  });
});
