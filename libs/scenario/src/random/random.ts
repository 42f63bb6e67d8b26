// Random test data without a user at hand. For choices that must repeat with the run's seed use `this.random`.
import { LoadstarError } from '@loadstar/shared';
import { processRandom } from '../runtime/runtime.js';

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** A whole number in `min` .. `max`, both included. */
export function randomInt(min: number, max: number): number {
  if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || min > max) {
    throw new LoadstarError('SCENARIO_INVALID', {
      detail: `randomInt(${min}, ${max}): give two whole numbers, the lower first`,
    });
  }
  return processRandom().int(min, max);
}

/** One element of a list that is not empty, each as likely as any other. */
export function randomChoice<T>(items: readonly T[]): T {
  if (items.length === 0)
    throw new LoadstarError('SCENARIO_INVALID', { detail: 'randomChoice([]): the list is empty' });
  return processRandom().pick(items);
}

/**
 * A text of `length` characters, 0..1000000.
 * @param alphabet characters to draw from; default lower-case letters and digits
 */
export function randomString(length: number, alphabet: string = letters): string {
  if (!Number.isSafeInteger(length) || length < 0 || length > 1_000_000 || alphabet === '') {
    throw new LoadstarError('SCENARIO_INVALID', {
      detail: `randomString(${length}): give a length 0..1000000 and an alphabet that is not empty`,
    });
  }
  const random = processRandom();
  let text = '';
  for (let i = 0; i < length; i++) text += alphabet[random.int(0, alphabet.length - 1)];
  return text;
}
