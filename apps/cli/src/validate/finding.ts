/** What a check of `loadstar validate` says: pure data, so that judging needs no network and printing no judgement. */
export type CheckStatus = 'ok' | 'failed' | 'skipped';

export interface Problem {
  /** What is not as it should be. */
  readonly what: string;
  /** What was seen. */
  readonly why: string;
  /** What the reader can do about it. */
  readonly todo: string;
}

export interface Finding {
  readonly status: CheckStatus;
  /** One line: what was looked at, or why it was not. */
  readonly summary: string;
  readonly details: readonly string[];
  /** At least one when failed, else none. */
  readonly problems: readonly Problem[];
}

/** A finding that fails when there is a problem. */
export function judged(summary: string, problems: readonly Problem[], details: readonly string[] = []): Finding {
  return { status: problems.length > 0 ? 'failed' : 'ok', summary, details, problems };
}

export function skipped(why: string): Finding {
  return { status: 'skipped', summary: why, details: [], problems: [] };
}

export function failed(what: string, why: string, todo: string): Finding {
  return judged(what, [{ what, why, todo }]);
}
