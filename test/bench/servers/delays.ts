/**
 * A server with known delays: most answers after 2 ms, some after 10, 50 and 200 ms, drawn from a fixed seed. It notes what
 * each took from the read to the write, which is the truth that a client's figures are compared with. It spins, because a
 * timer would come a millisecond late and in bursts. The path `/now` is answered at once.
 *
 * Words over IPC: `clear` forgets the truth so far, `truth` tells its percentiles, milliseconds.
 */
import { createServer, type Socket } from 'node:net';
import { SeededRandom } from '@loadstar/shared';
import { Histogram } from '@loadstar/stats';
import { delays } from '../harness/known-delays.js';
import { percentiles } from '../engine/run-engine.js';

interface Waiting {
  readonly socket: Socket;
  readonly readMs: number;
  readonly dueMs: number;
}

const answer = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
const random = new SeededRandom('known delays');
// One queue for each delay: in each, who came first is due first.
const queues: Waiting[][] = delays.map(() => []);
const heads = delays.map(() => 0);
let truth = new Histogram();

function draw(): number {
  let rest = random.next();
  return delays.findIndex(({ share }) => (rest -= share) < 0);
}

function take(socket: Socket, request: Buffer): void {
  const readMs = performance.now();
  // Path `/now`: the second octet of the target.
  if (request[5] === 0x6e) {
    socket.write(answer);
    return;
  }
  const index = Math.max(0, draw());
  const delayMs = delays[index]?.ms ?? 0;
  queues[index]?.push({ socket, readMs, dueMs: readMs + delayMs });
}

function spin(): void {
  queues.forEach((queue, index) => {
    let head = heads[index] ?? 0;
    for (let next = queue[head]; next !== undefined; next = queue[++head]) {
      const nowMs = performance.now();
      if (next.dueMs > nowMs) break;
      truth.record(Math.round((nowMs - next.readMs) * 1000));
      if (!next.socket.destroyed) next.socket.write(answer);
    }
    if (head > 4_096) {
      queue.splice(0, head);
      head = 0;
    }
    heads[index] = head;
  });
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
