/**
 * How the command line talks to a master that runs: by `/api/v1`, with the token of the flags, and with every failure in
 * words that say what to do next.
 */
import { LoadstarError } from '@loadstar/shared';
import { type Command, Option } from 'commander';

export interface MasterFlags {
  /** Base URL. */
  readonly master: string;
  readonly token?: string;
}

const longestMs = 60_000;

/** Adds the token alone: where the master is asked for differs from command to command. */
export function addTokenOption(command: Command): Command {
  return command.addOption(
    new Option('--token <token>', 'token for the master, when it asks for one').env('LOADSTAR_TOKEN'),
  );
}

export class MasterClient {
  constructor(private readonly flags: MasterFlags) {}

  /** @throws LoadstarError NO_MASTER, MASTER_REFUSED */
  text(path: string): Promise<string> {
    return this.ask(path, 'GET', undefined);
  }

  /** The answer is believed to be what the API's reference says. @throws LoadstarError NO_MASTER, MASTER_REFUSED */
  async get<T>(path: string): Promise<T> {
    return this.parsed(await this.ask(path, 'GET', undefined));
  }

  /** @throws LoadstarError NO_MASTER, MASTER_REFUSED */
  async post<T>(path: string, body: object): Promise<T> {
    return this.parsed(await this.ask(path, 'POST', JSON.stringify(body)));
  }

  private async ask(path: string, method: string, body: string | undefined): Promise<string> {
    const { master: url, token } = this.flags;
    let response: Response;
    let text: string;
    try {
      response = await fetch(new URL(path, url), {
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.timeout(longestMs),
      });
      text = await response.text();
    } catch (error) {
      throw new LoadstarError('NO_MASTER', { url, detail: reasonOf(error) }, [], { cause: error });
    }
    if (response.ok) return text;
    throw new LoadstarError('MASTER_REFUSED', { url, status: response.status, detail: detailOf(text) });
  }

  private parsed<T>(text: string): T {
    try {
      return JSON.parse(text) as T;
    } catch {
      const detail = 'something answers there that is no master of Loadstar';
      throw new LoadstarError('NO_MASTER', { url: this.flags.master, detail });
    }
  }
}

interface Failure {
  readonly message?: string;
  readonly errors?: readonly Failure[];
  readonly cause?: Failure;
}

/** `fetch failed` says nothing; its cause does, or where several addresses were tried, the first of its errors. */
function reasonOf(error: unknown): string {
  const { cause, message = String(error) } = error as Failure;
  return cause?.errors?.[0]?.message || cause?.message || message;
}

/** The words of a problem document, or the start of whatever came. */
function detailOf(text: string): string {
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown };
    if (typeof detail === 'string') return detail;
  } catch {
    // Not JSON: told as it is.
  }
  return text.slice(0, 200);
}
