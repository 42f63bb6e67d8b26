/**
 * A server with known delays: most answers after about 2 ms, some after 10, 50 and 200 ms, drawn from a fixed seed. It notes
 * what each took from the read to the write, which is the truth that a client's figures are compared with. It spins, because a
 * timer would come a millisecond late and in bursts. The path `/now` is answered at once.
 *
 * Words over IPC: `clear` forgets the truth so far, `truth` tells its percentiles, milliseconds.
 */
import { createServer, type Socket } from 'node:net';
import { SeededRandom } from '@loadstar/shared';
import { Histogram } from '@loadstar/stats';
import { delays, spread } from '../harness/known-delays.js';
import { percentiles } from '../harness/engine-result.js';

interface Waiting {
  readonly socket: Socket;
  readonly readMs: number;
  readonly dueMs: number;
}

const answer = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
const random = new SeededRandom('known delays');
let truth = new Histogram();

/** A wheel: what is due within one slot's time hangs in it. One turn is longer than the longest delay. */
const slotMs = 0.02;
const slots: Waiting[][] = Array.from({ length: 32_768 }, () => []);
let slot = Math.floor(performance.now() / slotMs);

function drawMs(): number {
  let rest = random.next();
  const { ms } = delays.find(({ share }) => (rest -= share) < 0) ?? { ms: 0 };
  return ms * random.between(1 - spread, 1 + spread);
}

function take(socket: Socket, request: Buffer): void {
  const readMs = performance.now();
  // Path `/now`: the second octet of the target.
  if (request[5] === 0x6e) {
    socket.write(answer);
    return;
  }
  const dueMs = readMs + drawMs();
  slots[Math.ceil(dueMs / slotMs) % slots.length]?.push({ socket, readMs, dueMs });
}

function spin(): void {
  for (const until = Math.floor(performance.now() / slotMs); slot <= until; slot++) {
    const due = slots[slot % slots.length];
    if (due === undefined || due.length === 0) continue;
    for (const { socket, readMs } of due) {
      truth.record(Math.round((performance.now() - readMs) * 1000));
      if (!socket.destroyed) socket.write(answer);
    }
    due.length = 0;
  }
  setImmediate(spin);
}

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => {});
  socket.on('data', (data) => take(socket, data));
});
server.listen(0, '127.0.0.1', 4_096, () => {
  const address = server.address();
  process.send?.(typeof address === 'object' && address ? address.port : 0);
  spin();
});
process.on('message', (word) => {
  if (word === 'truth') process.send?.(percentiles.map((p) => truth.percentile(p) / 1000));
  else {
    truth = new Histogram();
    process.send?.('cleared');
  }
});
process.on('disconnect', () => process.exit(0));
