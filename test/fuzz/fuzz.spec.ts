/** Five seconds of what `npm run fuzz` does for ten minutes, from another seed each time. */
import { newId, SeededRandom } from '@loadstar/shared';
import { ConnectionFuzz } from './connection-fuzz.js';
import { fuzzParser, noResponses } from './parser-fuzz.js';

it('finds no response that breaks parser or client (seed in the message)', async () => {
  const seed = newId().slice(-8);
  const connection = await ConnectionFuzz.open(new SeededRandom(seed));
  const endMs = performance.now() + 5_000;
  const counts = noResponses();
  let round = 0;
  try {
    do {
      fuzzParser(new SeededRandom(`${seed}/parser/${round}`), 300, counts);
      await connection.round(new SeededRandom(`${seed}/connection/${round}`));
      round++;
    } while (performance.now() < endMs);
  } catch (error) {
    throw new Error(`npm run fuzz -- --seed ${seed}, round ${round}`, { cause: error });
  } finally {
    await connection.close();
  }
  expect(counts.responses).toBe(600 * round);
  expect(connection.counts.requests).toBeGreaterThanOrEqual(1_000 * round);
}, 120_000);
