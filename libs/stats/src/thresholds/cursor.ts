/** Reads an expression from left to right and knows where it is, so that a mistake can be told with its position. */
import { LoadstarError } from '@loadstar/shared';

export class Cursor {
  position = 0;

  /** @param place what is being read, in words, for errors */
  constructor(
    private readonly place: string,
    readonly text: string,
  ) {
    this.skipSpace();
  }

  get atEnd(): boolean {
    return this.position >= this.text.length;
  }

  /** Takes what the sticky pattern matches here, and the space after it. */
  take(pattern: RegExp): RegExpExecArray | undefined {
    const sticky = new RegExp(pattern.source, pattern.flags.includes('i') ? 'iy' : 'y');
    sticky.lastIndex = this.position;
    const match = sticky.exec(this.text);
    if (match === null) return undefined;
    this.position += match[0].length;
    this.skipSpace();
    return match;
  }

  /** The error for what is found here instead of what was expected. */
  expected(what: string, position = this.position): LoadstarError {
    return new LoadstarError('SCENARIO_INVALID', {
      detail: `${this.place}, position ${position + 1}: expected ${what}`,
    });
  }

  private skipSpace(): void {
    while (/\s/.test(this.text.charAt(this.position))) this.position++;
  }
}
