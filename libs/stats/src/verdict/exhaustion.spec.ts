import { RunStats } from '../run-stats/run-stats.js';
import { exhaustion } from './exhaustion.js';

it('tells what the generator ran out of from what failed at the target', () => {
  const stats = new RunStats();
  stats.error('GET', '/', 'connect EADDRNOTAVAIL 127.0.0.1:80 - Local (0.0.0.0:0)', 1);
  stats.error('GET', '/b', 'connect EADDRNOTAVAIL 127.0.0.1:80', 2);
  stats.error('GET', '/', 'connect EMFILE 127.0.0.1:80', 3);
  stats.error('GET', '/', 'HTTP 500 Internal Server Error', 4);
  expect(exhaustion(stats)).toEqual([
    'the generator ran out of local ports (EADDRNOTAVAIL): 2 requests were not made',
    'the generator ran out of file descriptors of a process (EMFILE): 1 requests were not made',
  ]);
  expect(exhaustion(new RunStats())).toEqual([]);
});
