import { formatCount } from './numbers.js';

/** `1 user`, `2 users`, `1,000 entries` (with the plural given where an s is not enough). */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
