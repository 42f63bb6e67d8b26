import { type FieldProblem, LoadstarError } from '@loadstar/shared';

/** Collects every mistake of a file, so that an author sees all of them at once. */
export class Problems {
  private readonly found: FieldProblem[] = [];

  /**
   * @param where class and member as the author wrote them, such as `Shopper.weight`
   * @param problem what was expected and what was found, without a full stop
   */
  add(where: string, problem: string): void {
    this.found.push({ field: where, problem });
  }

  /** Takes over what a part of the reading threw; anything but a scenario error is thrown on. */
  adopt(where: string, error: unknown): void {
    if (!(error instanceof LoadstarError) || error.code !== 'SCENARIO_INVALID') throw error;
    this.add(where, String(error.details['detail'] ?? error.message));
  }

  /** @throws LoadstarError SCENARIO_INVALID when there is any problem */
  throwIfAny(source: string): void {
    if (this.found.length === 0) return;
    const lines = this.found.map(({ field, problem }) => (field === '' ? problem : `${field}: ${problem}`));
    const detail =
      lines.length === 1
        ? `${source}: ${lines[0] ?? ''}`
        : `${source}:\n${lines.map((line) => `  - ${line}`).join('\n')}`;
    throw new LoadstarError('SCENARIO_INVALID', { detail }, this.found);
  }
}

/** A value as an error may show it: short, on one line. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === 'function') return value.name ? `function ${value.name}` : 'a function';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}
