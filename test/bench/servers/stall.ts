/**
 * A server that answers at once, but nothing between second 3 and 4 after the first request: what came then is answered
 * when the stall is over.
 */
import { createServer } from 'node:net';
import { stallAtMs, stallMs } from '../harness/stall-theory.js';

const answer = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
const held: (() => void)[] = [];
let stalled = false;
let armed = false;

function arm(): void {
  armed = true;
  setTimeout(() => {
    stalled = true;
    setTimeout(() => {
      stalled = false;
      for (const release of held.splice(0)) release();
    }, stallMs);
  }, stallAtMs);
}

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => {});
  socket.on('data', () => {
    if (!armed) arm();
    const write = (): void => void socket.write(answer);
    if (stalled) held.push(write);
    else write();
  });
});
server.listen(0, '127.0.0.1', 4_096, () => {
  const address = server.address();
  process.send?.(typeof address === 'object' && address ? address.port : 0);
});
process.on('message', () => {
  armed = false;
  process.send?.('ready');
});
process.on('disconnect', () => process.exit(0));
