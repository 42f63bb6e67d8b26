/** How https servers are verified and what they are shown. */
export interface TlsSettings {
  /** Accept any certificate, for test systems with self-signed ones. Default false. */
  readonly insecure?: boolean;
  /** Authorities to trust instead of the system's, PEM text. */
  readonly ca?: string | readonly string[];
  /** Client certificate (chain), PEM text: what a server with mutual TLS asks for. Needs `key`. */
  readonly cert?: string;
  /** Private key of `cert`, PEM text. */
  readonly key?: string;
  /** What `key` is encrypted with. */
  readonly passphrase?: string;
  /** Name to ask for and to verify in the place of the host's, as when a server is reached by its address. */
  readonly servername?: string;
  /**
   * Shorten the handshake of a user's next connection by the session of the last one to the same server, as browsers do.
   * Default true; false makes every connection pay for a whole handshake.
   */
  readonly resume?: boolean;
}

/** How the users of one class speak HTTP; what `HttpUser`'s static members say. */
export interface HttpSettings {
  /** Keep connections open between requests. Default true; false opens a fresh one for each request. */
  readonly keepAlive?: boolean;
  /** Send a harmless request once more when its kept connection closed under it, unanswered. Default true. */
  readonly resendStale?: boolean;
  /** Default: certificates are verified against the system's authorities. */
  readonly tls?: TlsSettings | undefined;
  /** HTTP proxy, `http://host:port` or `http://user:password@host:port`. Default: none. */
  readonly proxy?: string | undefined;
  /** Measure `response.phases`. Default false. */
  readonly phases?: boolean;
}
