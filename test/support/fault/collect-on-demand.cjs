// Loaded before an app (NODE_OPTIONS=--require): when its parent asks, it collects its garbage and says what is left. What
// lives is comparable; what is used says mostly when the last collection was.
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

process.on('message', async (message) => {
  if (message?.kind !== 'collect') return;
  // What is found dead once may hold what is found dead the next time.
  for (let round = 0; round < 3; round++) {
    collect();
    await wait(100);
  }
  const { heapUsed, external } = process.memoryUsage();
  process.send?.({ kind: 'collected', bytes: heapUsed + external });
});
