/**
 * What a master on standby does with calls: passes them on to the one that leads, so that any address of the platform
 * will do. Bytes are copied, nothing is understood: rights are judged, and everything is answered, by the leader.
 */
import { type IncomingHttpHeaders, type IncomingMessage, request as call, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** How long a connection to the leader may take to be made, milliseconds. */
const connectMs = 3_000;

/** Where a call goes. */
export interface Onward {
  readonly leaderUrl: string;
  /** How long the leader may take to begin its answer, milliseconds; creating a run waits for workers. */
  readonly answerMs: number;
}

/**
 * Passes a call on.
 * @param failed is called when the leader cannot be reached and nothing of its answer was sent
 */
export function passOn(from: IncomingMessage, to: ServerResponse, onto: Onward, failed: () => void): void {
  const leader = new URL(onto.leaderUrl);
  const onward = call(
    {
      host: hostOf(leader),
      port: portOf(leader),
      method: from.method,
      path: from.url,
      headers: addressedTo(leader, from.headers),
      timeout: onto.answerMs,
    },
    (answer) => {
      to.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(to);
      answer.on('error', () => to.destroy());
    },
  );
  onward.on('timeout', () => onward.destroy(new Error('no answer in time')));
  onward.on('error', () => {
    if (to.headersSent) to.destroy();
    else failed();
  });
  to.on('close', () => onward.destroy());
  from.pipe(onward);
}

/** Passes a connection that becomes a WebSocket on, whole: what is said on it is the leader's and the caller's business. */
export function passOnUpgrade(from: IncomingMessage, near: Duplex, head: Buffer, leaderUrl: string): void {
  const leader = new URL(leaderUrl);
  const far: Socket = connect({ host: hostOf(leader), port: portOf(leader), timeout: connectMs });
  far.once('connect', () => {
    far.setTimeout(0);
    far.setNoDelay(true);
    const lines = Object.entries(addressedTo(leader, from.headers)).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value ?? '']).map((each) => `${name}: ${each}`),
    );
    far.write([`${from.method} ${from.url} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
    if (head.length > 0) far.write(head);
    near.pipe(far).pipe(near);
  });
  far.on('timeout', () => far.destroy());
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    one.on('error', () => other.destroy());
    one.on('close', () => other.destroy());
  }
}

/**
 * The leader answers to its own name only, and turns away pages of other sites. A page that came from this address is
 * none, so its origin becomes the leader's; any other stays as it is, for the leader to refuse.
 */
function addressedTo(leader: URL, { host = '', ...headers }: IncomingHttpHeaders): IncomingHttpHeaders {
  const here = (url: string | undefined): boolean =>
    url !== undefined && URL.canParse(url) && new URL(url).host === host.toLowerCase();
  const { origin, referer } = headers;
  return {
    ...headers,
    host: leader.host,
    ...(here(origin) ? { origin: leader.origin } : {}),
    ...(here(referer) ? { referer: `${leader.origin}/` } : {}),
  };
}

const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');
const portOf = ({ port }: URL): number => Number(port || 80);
