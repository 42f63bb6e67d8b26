/**
 * Who may be put under load. The master asks before it accepts a run, so that a mistake is told at once; the engine
 * asks again about the resolved address of every connection, which is the check that counts: a name may resolve to
 * anything, and a redirect may lead anywhere. Pure; no lookup happens here.
 */
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Block = [Address, number];

/** Where a cloud keeps the credentials of the machine, by name; their addresses are mostly link-local. */
const metadataNames = new Set([
  'metadata',
  'metadata.goog',
  'metadata.google.internal',
  'metadata.azure.internal',
  'instance-data',
  'instance-data.ec2.internal',
]);

const refusedBlocks: readonly (readonly [reason: string, blocks: readonly string[]])[] = [
  // AWS, GCP, Azure, OpenStack (also by link-local below); AWS over IPv6; Alibaba; Oracle; Azure's wire server; AWS ECS.
  [
    'cloud metadata address',
    [
      '169.254.169.254/32',
      'fd00:ec2::254/128',
      'fd00:ec2::23/128',
      '100.100.100.200/32',
      '192.0.0.192/32',
      '168.63.129.16/32',
      '169.254.170.2/32',
      'fd20:ce::254/128',
    ],
  ],
  ['link-local address', ['169.254.0.0/16', 'fe80::/10']],
  ['unspecified address', ['0.0.0.0/8', '::/128']],
  ['multicast address', ['224.0.0.0/4', 'ff00::/8']],
  ['broadcast address', ['255.255.255.255/32']],
];
const refused = refusedBlocks.flatMap(([reason, blocks]) =>
  blocks.map((block) => ({ reason, block: ipaddr.parseCIDR(block) })),
);

/** Prefixes of IPv6 addresses that carry an IPv4 address, and the part (of eight) where it begins. */
const carriers: readonly { readonly block: Block; readonly part: number }[] = [
  { block: ipaddr.parseCIDR('::ffff:0:0/96'), part: 6 },
  { block: ipaddr.parseCIDR('::ffff:0:0:0/96'), part: 6 },
  { block: ipaddr.parseCIDR('64:ff9b::/96'), part: 6 },
  { block: ipaddr.parseCIDR('64:ff9b:1::/48'), part: 6 },
  { block: ipaddr.parseCIDR('::/96'), part: 6 },
  { block: ipaddr.parseCIDR('2002::/16'), part: 1 },
];

export class TargetGuard {
  private readonly names = new Set<string>();
  private readonly blocks: Block[] = [];
  private readonly open: boolean;

  /**
   * @param allowedTargets host names, addresses or CIDR blocks; empty allows all that is not always refused
   * @throws RangeError for an entry that is none of these
   */
  constructor(allowedTargets: readonly string[] = []) {
    this.open = allowedTargets.length === 0;
    for (const entry of allowedTargets) this.allow(entry.trim());
  }

  /**
   * Judges a base URL or absolute URL by what it says, before any lookup.
   * @returns why it is refused, or undefined
   */
  refuseUrl(url: string): string | undefined {
    let parsed: URL;
    try {
      parsed = new URL(url);
    } catch {
      return 'not a URL';
    }
    if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') return 'only http and https are spoken';
    return this.refuseHost(parsed.hostname);
  }

  /**
   * Judges a host as written: a name, or an address in any notation that a resolver would take.
   * @returns why it is refused whatever it resolves to, or undefined
   */
  refuseHost(host: string): string | undefined {
    const name = plainHost(host);
    if (name === '') return 'no host';
    const address = parseAddress(name);
    if (address) return this.judge(address, name);
    if (metadataNames.has(name)) return 'cloud metadata name';
    // A name that is not listed may still resolve into an allowed block.
    if (this.open || this.names.has(name) || this.blocks.length > 0) return undefined;
    return 'not among the allowed targets';
  }

  /**
   * Judges the address that a connection is about to go to.
   * @param address resolved address, as the resolver gave it
   * @param host the host it was resolved from
   * @returns why it is refused, or undefined
   */
  refuseAddress(address: string, host: string): string | undefined {
    const name = plainHost(host);
    if (metadataNames.has(name)) return 'cloud metadata name';
    const parsed = parseAddress(plainHost(address));
    return parsed ? this.judge(parsed, name) : 'not an address';
  }

  private judge(address: Address, name: string): string | undefined {
    const forms = spellings(address);
    for (const form of forms) {
      for (const { reason, block } of refused) if (within(form, block)) return reason;
    }
    if (this.open || this.names.has(name)) return undefined;
    // The first form is the one packets go to: an allowed IPv4 block must not open a translated IPv6 address or back.
    const target = forms[0];
    if (target && this.blocks.some((block) => within(target, block))) return undefined;
    return 'not among the allowed targets';
  }

  private allow(entry: string): void {
    if (entry.includes('/')) {
      if (!ipaddr.isValidCIDR(entry)) throw new RangeError(`"${entry}" is not a CIDR block`);
      const [address, bits] = ipaddr.parseCIDR(entry);
      this.blocks.push(
        address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && bits >= 96
          ? [address.toIPv4Address(), bits - 96]
          : [address, bits],
      );
      return;
    }
    const name = plainHost(entry);
    const address = parseAddress(name);
    if (address) {
      const [target] = spellings(address);
      if (target) this.blocks.push([target, target.kind() === 'ipv4' ? 32 : 128]);
      return;
    }
    if (!/^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/.test(name)) {
      throw new RangeError(`"${entry}" is not a host name, address or CIDR block`);
    }
    this.names.add(name);
  }
}

/** Lower case, without brackets, zone and the dot of an absolute name. */
function plainHost(host: string): string {
  let name = host.trim().toLowerCase();
  if (name.startsWith('[') && name.endsWith(']')) name = name.slice(1, -1);
  return name.replace(/%.*$/, '').replace(/\.+$/, '');
}

function parseAddress(text: string): Address | undefined {
  if (text.includes(':')) return ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text) : undefined;
  // inet_aton notation, as resolvers take it: 1 to 4 parts, each decimal, octal (0..) or hexadecimal (0x..).
  if (!/^[0-9a-fx.]+$/.test(text) || !/^\d/.test(text) || !ipaddr.IPv4.isValid(text)) return undefined;
  return ipaddr.IPv4.parse(text);
}

/** The address as packets go to it first, then every IPv4 address it carries. */
function spellings(address: Address): Address[] {
  if (address instanceof ipaddr.IPv4) return [address];
  const inner: Address[] = [];
  for (const { block, part } of carriers) {
    if (!within(address, block)) continue;
    const high = address.parts[part] ?? 0;
    const low = address.parts[part + 1] ?? 0;
    inner.push(new ipaddr.IPv4([high >> 8, high & 255, low >> 8, low & 255]));
  }
  // The kernel sends to the IPv4 address of a mapped one.
  return address.isIPv4MappedAddress()
    ? [...inner, address]
    : [address, ...inner.filter((form) => !isLoopbackTail(address, form))];
}

// ::1 reads as the IPv4-compatible 0.0.0.1, which is no address anybody can reach.
function isLoopbackTail(address: ipaddr.IPv6, form: Address): boolean {
  return address.range() === 'loopback' && form.kind() === 'ipv4';
}

function within(address: Address, [network, bits]: Block): boolean {
  return address.kind() === network.kind() && address.match(network as never, bits);
}
