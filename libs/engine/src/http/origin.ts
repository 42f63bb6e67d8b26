/**
 * Scheme, host and port: what connections belong to. One object an origin and engine, so that origins are compared by
 * identity; it also remembers where the name led and which of its addresses answer.
 */
import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';

/** A proxy, as far as an origin behind it must know it. */
export interface Via {
  readonly origin: Origin;
  readonly authorization: string | undefined;
  tunnelTo(origin: Origin): string;
}

export class Origin {
  /** `http://host:port`, the port only where it is not the scheme's own. */
  readonly key: string;
  readonly secure: boolean;
  /** Host without brackets, as resolved and as judged by the allow-list. */
  readonly hostname: string;
  readonly port: number;
  /** Value of the Host field. */
  readonly authority: string;
  /** Set for https. */
  readonly tls: ConnectionOptions | undefined;

  /** Monotonic milliseconds until which the addresses hold; an address written in the URL holds for ever. */
  expiresMs: number;
  private addresses: readonly string[];
  private readonly down = new Set<string>();
  private cursor = 0;
  private readonly verdicts = new Map<string, string | undefined>();

  /**
   * @param url only its origin matters
   * @param via the proxy that requests to it go through
   * @param mayResume whether a TLS session of one connection may shorten the handshake of the user's next
   */
  constructor(
    url: URL,
    tls: ConnectionOptions,
    readonly via?: Via,
    private readonly mayResume = true,
  ) {
    this.key = url.origin;
    this.secure = url.protocol === 'https:';
    this.hostname = url.hostname.replace(/^\[|\]$/g, '');
    this.port = url.port === '' ? (this.secure ? 443 : 80) : Number(url.port);
    this.authority = url.host;
    const literal = isIP(this.hostname) !== 0;
    this.addresses = literal ? [this.hostname] : [];
    this.expiresMs = literal ? Infinity : -Infinity;
    // Server name indication is for names only; an address is verified as the host connected to. A name that the
    // settings give comes first.
    this.tls = this.secure
      ? { ...(literal ? {} : { servername: this.hostname.replace(/\.$/, '') }), ...tls }
      : undefined;
  }

  /** What stands in the request line: a proxy that passes plain requests on must be told where to. */
  requestTarget(target: string): string {
    return this.via === undefined || this.secure ? target : this.key + target;
  }

  /** Proxy-Authorization of the requests themselves; through a tunnel they are for the target's eyes alone. */
  get proxyAuthorization(): string | undefined {
    return this.secure ? undefined : this.via?.authorization;
  }

  get resumes(): boolean {
    return this.secure && this.mayResume;
  }

  get addressCount(): number {
    return this.addresses.length;
  }

  /** All addresses known. */
  get known(): readonly string[] {
    return this.addresses;
  }

  learn(addresses: readonly string[], expiresMs: number): void {
    this.addresses = addresses;
    this.expiresMs = expiresMs;
    this.down.clear();
  }

  /** The addresses in turn, those that refused connections left out while another one is left. */
  nextAddress(): string {
    if (this.down.size >= this.addresses.length) this.down.clear();
    for (;;) {
      const address = this.addresses[this.cursor++ % this.addresses.length] as string;
      if (!this.down.has(address)) return address;
    }
  }

  markDown(address: string): void {
    this.down.add(address);
  }

  /** Remembers the answer of `judge` for an address; the allow-list does not change while an engine lives. */
  verdict(address: string, judge: (address: string, hostname: string) => string | undefined): string | undefined {
    if (!this.verdicts.has(address)) this.verdicts.set(address, judge(address, this.hostname));
    return this.verdicts.get(address);
  }
}
