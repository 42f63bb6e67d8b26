import { BodyMemory, type YoungCollector, youngCollector } from './body-memory.js';

const megabyte = 1_048_576;

class Counted implements YoungCollector {
  collections = 0;
  live = 0;
  collect(): void {
    this.collections++;
  }
  bufferBytes(): number {
    return this.live;
  }
}

const take = (memory: BodyMemory, count: number): void => {
  for (let i = 0; i < count; i++) expect(memory.take(megabyte)).toHaveLength(megabyte);
};

it('collects once for every eight megabytes of bodies', () => {
  const collector = new Counted();
  take(new BodyMemory(() => collector), 80);
  expect(collector.collections).toBe(9);
});

it('waits for as much again as lives, so that collections that free little are rare', () => {
  const collector = new Counted();
  const memory = new BodyMemory(() => collector);
  collector.live = 40 * megabyte;
  take(memory, 89);
  expect(collector.collections).toBe(3);
});

it('never collects by itself without a collector', () => {
  expect(new BodyMemory().take(3)).toHaveLength(3);
});

it('keeps dead bodies from gathering with the collector of V8', () => {
  const collector = youngCollector()!;
  const memory = new BodyMemory(() => collector);
  const before = collector.bufferBytes();
  let most = 0;
  for (let i = 0; i < 400; i++) {
    memory.take(102_400).fill(i);
    most = Math.max(most, collector.bufferBytes() - before);
  }
  expect(most).toBeLessThan(24 * megabyte);
});
