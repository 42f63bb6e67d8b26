import picocolors from 'picocolors';

/** Where a command writes: the only place of the command line that touches the standard streams. */
export interface Output {
  /** A line for people or the result of the command. */
  line(text?: string): void;
  /** A line about trouble, on the error stream. */
  error(text: string): void;
  /** Whether a person watches, so that bars and live tables make sense. */
  readonly isTerminal: boolean;
  /** Columns of the terminal, 100 when there is none. */
  readonly width: number;
  readonly colour: ReturnType<typeof picocolors.createColors>;
}

export function standardOutput(): Output {
  const isTerminal = process.stdout.isTTY === true;
  return {
    line: (text = '') => void process.stdout.write(`${text}\n`),
    error: (text) => void process.stderr.write(`${text}\n`),
    isTerminal,
    width: process.stdout.columns ?? 100,
    colour: picocolors.createColors(isTerminal && picocolors.isColorSupported),
  };
}
