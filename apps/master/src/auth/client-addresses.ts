/**
 * Whom a call is from: limits on guessing, logs and the record of changes go by it. As a rule that is the far end of the
 * connection; behind a proxy that is trusted it is whoever that proxy says, and behind a master on standby whoever that
 * master says. What strangers write into the same fields is not believed.
 */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { sameSecret } from './same-secret.js';

/**
 * Marks what a standby has passed on, by the secret of the leader's term, which only masters of one store know; `1` when it
 * does not know it.
 */
export const passedHeader = 'x-loadstar-passed-on';
/** Whom it was passed on for. */
export const clientHeader = 'x-loadstar-client';
/** Each proxy adds the far end of its own connection at the end. */
const forwardedHeader = 'x-forwarded-for';

export class ClientAddresses {
  readonly #proxies = new BlockList();

  /**
   * @param proxies addresses and CIDR blocks of proxies that are believed
   * @param termKey secret of the term that goes on, as far as this master knows
   */
  constructor(
    proxies: readonly string[],
    private readonly termKey: () => string | undefined = () => undefined,
  ) {
    for (const proxy of proxies) {
      const network = readNetwork(proxy);
      if (network) this.#proxies.addSubnet(network.address, network.prefix, network.family);
    }
  }

  /** Address without port; empty when the connection is gone already. */
  of({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): string {
    const passed = headers[passedHeader];
    const client = headers[clientHeader];
    if (typeof passed === 'string' && typeof client === 'string' && sameSecret(passed, this.termKey())) return client;
    let address = plain(socket.remoteAddress ?? '');
    const said = headers[forwardedHeader];
    const hops = said === undefined ? [] : String(said).split(',');
    // From the near end on: what is left of the first address that is not a trusted proxy's may be made up.
    while (this.#isProxy(address)) {
      const before = plain(hops.pop() ?? '');
      if (isIP(before) === 0) break;
      address = before;
    }
    return address;
  }

  #isProxy(address: string): boolean {
    const version = isIP(address);
    return version !== 0 && this.#proxies.check(address, version === 4 ? 'ipv4' : 'ipv6');
  }
}

/** An address or a CIDR block in parts; undefined for what is neither. */
export function readNetwork(text: string): { address: string; prefix: number; family: 'ipv4' | 'ipv6' } | undefined {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  const most = version === 4 ? 32 : 128;
  const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
  if (version === 0 || rest.length > 0 || prefix < 0 || prefix > most) return undefined;
  return { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' };
}

/** Without what some add: a port, brackets, the form of IPv4 in IPv6. */
function plain(text: string): string {
  const address = text.trim();
  const bare =
    /^\[([^\]]*)\](?::\d+)?$/.exec(address)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(address)?.[1] ?? address;
  return bare.replace(/^::ffff:(?=\d+\.)/i, '');
}
