/**
 * A server that answers at once, but nothing between second 3 and 4 after the first request: what came then is answered
 * when the stall is over. It counts how fast it then got rid of what had gathered, which theory needs to know.
 *
 * Words over IPC: `again` stalls once more, `drain rate` tells the answers a second after the last stall.
 */
import { createServer } from 'node:net';
import { drainWindowMs, stallAtMs, stallMs } from '../harness/stall-theory.js';

const answer = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
const held: (() => void)[] = [];
let stalled = false;
let armed = false;
let endedMs = Infinity;
let drained = 0;

function arm(): void {
  armed = true;
  setTimeout(() => {
    stalled = true;
    setTimeout(() => {
      stalled = false;
      endedMs = performance.now();
      for (const release of held.splice(0)) release();
    }, stallMs);
  }, stallAtMs);
}

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => {});
  socket.on('data', () => {
    if (!armed) arm();
    const write = (): void => {
      if (performance.now() < endedMs + drainWindowMs) drained += endedMs === Infinity ? 0 : 1;
      socket.write(answer);
    };
    if (stalled) held.push(write);
    else write();
  });
});
server.listen(0, '127.0.0.1', 4_096, () => {
  const address = server.address();
  process.send?.(typeof address === 'object' && address ? address.port : 0);
});
process.on('message', (word) => {
  if (word === 'drain rate') {
    process.send?.((drained * 1000) / drainWindowMs);
    return;
  }
  armed = false;
  endedMs = Infinity;
  drained = 0;
  process.send?.('ready');
});
process.on('disconnect', () => process.exit(0));
