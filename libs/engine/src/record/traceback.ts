/** How often one task's same message is looked at anew before its traceback is taken as known. */
const looksPerMessage = 20;
/** Messages remembered, so that messages with ids in them do not grow memory. */
const messagesKept = 500;

/** An exception of scenario code in the form that it is grouped by. */
export interface Thrown {
  readonly message: string;
  /** The author's frames, from the innermost; empty when there are none. */
  readonly traceback: string;
}

/** Message of anything that can be thrown, as `TypeError: x is not a function`. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return `${thrown.name}: ${thrown.message}`;
  try {
    return `thrown: ${typeof thrown === 'object' ? JSON.stringify(thrown) : String(thrown as number)}`;
  } catch {
    return 'thrown: an object that cannot be shown';
  }
}

/** The author's part of a stack: without Node's frames and without those of the engine and the scenario library. */
export function tracebackOf(thrown: unknown): string {
  if (!(thrown instanceof Error) || typeof thrown.stack !== 'string') return '';
  const frames = thrown.stack.split('\n').filter((line) => /^\s+at /.test(line));
  return frames
    .filter((line) => !/node:|\/libs\/(engine|scenario|stats|shared)\/src\/|engine-main\.m?js/.test(line))
    .map((line) => `  ${line.trim()}`)
    .join('\n');
}

/**
 * Describes exceptions, and stops reading the same stack again and again: mapping a stack to its source costs far more
 * than the iteration that threw, and under a fault every user throws the same.
 */
export class ThrownReader {
  private readonly seen = new Map<string, { looks: number; traceback: string }>();

  /** @param task where it was thrown; equal messages of one task are taken to have equal stacks after a while */
  read(thrown: unknown, task: string): Thrown {
    const message = messageOf(thrown);
    const key = `${task}\n${message}`;
    const known = this.seen.get(key);
    if (known && known.looks >= looksPerMessage) return { message, traceback: known.traceback };
    const traceback = tracebackOf(thrown);
    if (known) {
      known.looks++;
      known.traceback = traceback;
    } else if (this.seen.size < messagesKept) this.seen.set(key, { looks: 1, traceback });
    return { message, traceback };
  }
}
