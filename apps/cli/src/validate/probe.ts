import { execFile } from 'node:child_process';

/** The only part of the validator that touches the network and other programs. */
export interface Probe {
  ask(url: string, options?: AskOptions): Promise<Answer>;
  command(file: string, args: readonly string[]): Promise<CommandAnswer>;
}

export interface AskOptions {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds; default 5000. */
  readonly limitMs?: number;
}

/** Status 0 when nothing answered; `text` is then the reason. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Code undefined when the program is not there. */
export interface CommandAnswer {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

const commandLimitMs = 20_000;

export const realProbe: Probe = {
  async ask(url, { method = 'GET', headers = {}, body, limitMs = 5000 } = {}) {
    try {
      const response = await fetch(url, {
        method,
        headers,
        signal: AbortSignal.timeout(limitMs),
        ...(body === undefined ? {} : { body }),
      });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      return { status: 0, text: reasonOf(error) };
    }
  },
  command: (file, args) =>
    new Promise((resolve) => {
      execFile(file, [...args], { timeout: commandLimitMs, maxBuffer: 16 << 20 }, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : undefined;
        resolve({ code, stdout, stderr });
      });
    }),
};

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error) return cause.errors[0].message;
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
}

/** The JSON of an answer with status 200; undefined when it is none. */
export function jsonOf(answer: Answer): unknown {
  if (answer.status !== 200) return undefined;
  try {
    return JSON.parse(answer.text);
  } catch {
    return undefined;
  }
}

/** How an answer that is not the wanted one reads in a sentence. */
export function describe({ status, text }: Answer): string {
  return status === 0 ? text : `it answered ${status}: ${text.slice(0, 200).trim() || '(nothing)'}`;
}
