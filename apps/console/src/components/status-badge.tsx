import type { RunView, Verdict } from '@loadstar/shared';
import { isActive, lookOf, type Tone } from '../live/run-phase.js';

const verdictTones: Record<Verdict, Tone> = { passed: 'good', failed: 'bad', degraded: 'warn', invalid: 'bad' };

/** State of a run, or its verdict once it has one. */
export function RunBadge({ run, testId }: { run: Pick<RunView, 'state' | 'verdict' | 'paused'>; testId?: string }) {
  const look = lookOf(run.state, run.paused);
  const judged = run.verdict !== null && !isActive(run.state) ? run.verdict : undefined;
  const tone = judged ? verdictTones[judged] : look.tone;
  const label = judged ? judged.charAt(0).toUpperCase() + judged.slice(1) : look.label;
  return (
    <span className={`badge tone-${tone}`} data-testid={testId}>
      <span className="dot" />
      {label}
    </span>
  );
}
