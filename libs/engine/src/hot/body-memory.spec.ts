import { BodyMemory, type YoungCollector, youngCollector } from './body-memory.js';

const megabyte = 1_048_576;

class Counted implements YoungCollector {
  collections = 0;
  newBytes = 0;
  constructor(private readonly liveBytes = 0) {}
  collect(): void {
    this.collections++;
    this.newBytes = 0;
  }
  bufferBytes(): number {
    return this.liveBytes + this.newBytes;
  }
}

const take = (memory: BodyMemory, count: number, collector?: Counted): void => {
  for (let i = 0; i < count; i++) {
    expect(memory.take(megabyte)).toHaveLength(megabyte);
    if (collector) collector.newBytes += megabyte;
  }
};

it('collects once for every eight megabytes of bodies', () => {
  const collector = new Counted();
  take(new BodyMemory(() => collector), 80, collector);
  expect(collector.collections).toBe(9);
});

it('waits for as much again as lives, so that collections that free little are rare', () => {
  const collector = new Counted(40 * megabyte);
  take(new BodyMemory(() => collector), 121, collector);
  expect(collector.collections).toBe(3);
});

it('never collects by itself without a collector', () => {
  expect(new BodyMemory().take(3)).toHaveLength(3);
});

// Left alone V8 lets 64 MB gather. What the process of the tests holds itself is alive to the collector too.
it('keeps dead bodies from gathering with the collector of V8', () => {
  const collector = youngCollector()!;
  const memory = new BodyMemory(() => collector);
  const before = collector.bufferBytes();
  let most = 0;
  for (let i = 0; i < 4_000; i++) {
    memory.take(102_400).fill(i);
    most = Math.max(most, collector.bufferBytes() - before);
  }
  expect(most).toBeLessThan(before + 24 * megabyte);
});
