/** Times of a schedule. What a cron expression means is cron-parser's matter, which BullMQ uses too. */
import { CronExpressionParser } from 'cron-parser';
import { type FieldProblem, LoadstarError } from '@loadstar/shared';

const longestText = 100;

/**
 * The first time of the schedule that is later than `afterMs`, both in milliseconds since 1970; undefined when there is
 * none, as for the 30th of February.
 */
export function nextTime(cron: string, timeZone: string, afterMs: number): number | undefined {
  try {
    return CronExpressionParser.parse(cron, { tz: timeZone, currentDate: afterMs }).next().getTime();
  } catch {
    return undefined;
  }
}

/** @throws LoadstarError INVALID_INPUT naming `cron` or `timeZone` */
export function checkSchedule(cron: string, timeZone: string, nowMs: number): void {
  const fields: FieldProblem[] = [];
  if (!isTimeZone(timeZone)) fields.push({ field: 'timeZone', problem: 'an IANA name, such as Europe/Berlin or UTC' });
  else if (!isCron(cron)) {
    fields.push({ field: 'cron', problem: 'minute hour day month weekday, such as "0 6 * * 1-5"' });
  } else if (nextTime(cron, timeZone, nowMs) === undefined) {
    fields.push({ field: 'cron', problem: 'has no time that ever comes' });
  }
  if (fields.length === 0) return;
  const detail = fields.map(({ field, problem }) => `${field}: ${problem}`).join('; ');
  throw new LoadstarError('INVALID_INPUT', { detail }, fields);
}

function isTimeZone(name: string): boolean {
  if (name === '' || name.length > longestText) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name }).format(0);
    return true;
  } catch {
    return false;
  }
}

/** The parser fills in what is left out; half an expression is more likely a mistake than a wish. */
function isCron(text: string): boolean {
  const count = text.trim().split(/\s+/).length;
  if (text.length > longestText || (!text.startsWith('@') && count !== 5 && count !== 6)) return false;
  try {
    CronExpressionParser.parse(text);
    return true;
  } catch {
    return false;
  }
}
