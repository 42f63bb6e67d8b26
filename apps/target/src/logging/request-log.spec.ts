import { type Logger, VirtualClock } from '@loadstar/shared';
import { RequestLog } from './request-log.js';

const request = { method: 'GET', url: '/users', status: 200, durationMs: 1.234, bytes: 10 };

test('sampled: at most ten lines a second, and the next line says how many were left out', async () => {
  const lines: Record<string, unknown>[] = [];
  const note = (facts: object) => void lines.push({ ...facts });
  const logger: Logger = { debug: note, info: note, warn: note, error: note };
  const clock = new VirtualClock(5000);
  const log = new RequestLog(logger, clock, 'sampled');
  const serve = (times: number) => {
    for (let i = 0; i < times; i++) if (log.wants()) log.write(request);
  };
  serve(250);
  expect(lines).toHaveLength(10);
  expect(lines.at(-1)).toEqual({ ...request, durationMs: 1.2 });
  await clock.advance(1000);
  serve(1);
  expect(lines.at(-1)).toEqual({ ...request, durationMs: 1.2, skipped: 240 });
});
