// Evaluates checks on behalf of users and task sets; the counting itself belongs to the engine behind the context.

/** Named conditions on a value. The name is what the report counts under. */
export type Checks<T> = Readonly<Record<string, (value: T) => unknown>>;

/** Where evaluations are counted. */
export interface CheckRecorder {
  recordCheck(name: string, passed: boolean): void;
}

const longestReason = 120;

/**
 * Evaluates and counts every check, also after one has failed.
 * @returns whether all held
 */
export function evaluateChecks<T>(value: T, checks: Checks<T>, recorder: CheckRecorder): boolean {
  let failed: string | undefined;
  for (const name in checks) {
    const condition = checks[name];
    if (!condition) continue;
    let passed = false;
    let reason = name;
    try {
      passed = Boolean(condition(value));
    } catch (error) {
      reason = `${name} (${error instanceof Error ? error.message : String(error)})`;
    }
    recorder.recordCheck(name, passed);
    if (!passed) failed ??= reason;
  }
  if (failed === undefined) return true;
  if (canFail(value)) value.fail(`check failed: ${failed}`.slice(0, longestReason));
  return false;
}

// A response, of whatever protocol, is known by being able to fail.
function canFail(value: unknown): value is { fail(reason: string): void } {
  return typeof value === 'object' && value !== null && 'fail' in value && typeof value.fail === 'function';
}
