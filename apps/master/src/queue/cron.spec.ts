import { LoadstarError } from '@loadstar/shared';
import { checkSchedule, nextTime } from './cron.js';

const now = Date.parse('2026-11-22T12:00:00Z');
const problemOf = (cron: string, timeZone = 'UTC'): string | undefined => {
  try {
    checkSchedule(cron, timeZone, now);
    return undefined;
  } catch (error) {
    return error instanceof LoadstarError ? error.fields.map(({ field }) => field).join() : String(error);
  }
};

describe('schedules', () => {
  it.each(['0 6 * * 1-5', '*/10 * * * * *', '@daily', '0 0 29 2 *', '0 9 * * MON#1'])('accept %s', (cron) => {
    expect(problemOf(cron)).toBeUndefined();
  });

  it.each(['', 'soon', '* *', '61 * * * *', '* * * * * * *', '0 0 30 2 *', '@never', `${'1,'.repeat(60)}1 * * * *`])(
    'refuse "%s"',
    (cron) => expect(problemOf(cron)).toBe('cron'),
  );

  it.each(['', 'Mars/Olympus', 'CET-1CEST', 'x'.repeat(200)])('refuse the time zone "%s"', (timeZone) => {
    expect(problemOf('0 6 * * *', timeZone)).toBe('timeZone');
  });

  it('find the next time in the time zone asked for', () => {
    const next = (timeZone: string) => new Date(nextTime('0 6 * * *', timeZone, now) ?? 0).toISOString();
    expect(next('UTC')).toBe('2026-11-23T06:00:00.000Z');
    expect(next('Asia/Tokyo')).toBe('2026-11-22T21:00:00.000Z');
  });
});
