/** Asks an HTTP proxy for a tunnel (CONNECT, RFC 9110 section 9.3.6), through which TLS then goes to the target. */
import type { Socket } from 'node:net';

/** A proxy's answer is short; what is longer is no answer to wait for. */
const mostHeadLength = 16_384;

/**
 * @param socket connected or connecting to the proxy; its errors and its end are the caller's business
 * @param request the CONNECT request as it goes over the wire
 * @param done called once: without a problem when the tunnel is open, else with what went wrong
 */
export function openTunnel(socket: Socket, request: string, done: (problem: string | undefined) => void): void {
  let head = '';
  const onData = (piece: Buffer): void => {
    head += piece.toString('latin1');
    const end = head.indexOf('\r\n\r\n');
    if (end < 0 && head.length <= mostHeadLength) return;
    socket.off('data', onData);
    socket.pause();
    done(end < 0 ? 'the proxy answered without end' : problemOf(head, end + 4));
  };
  socket.on('data', onData);
  socket.write(request, 'latin1');
}

function problemOf(head: string, end: number): string | undefined {
  const status = /^HTTP\/1\.\d (\d{3})/.exec(head)?.[1];
  if (status === undefined) return 'the proxy does not speak HTTP';
  if (!status.startsWith('2')) return `the proxy refused the tunnel (HTTP ${status})`;
  // The target speaks second in TLS: nothing can have come from it yet.
  return head.length > end ? 'the proxy sent octets unasked' : undefined;
}
