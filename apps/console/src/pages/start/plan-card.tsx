import type { ScenarioView } from '@loadstar/shared';
import type { ConsoleConfig } from '../../api/client.js';
import type { Call } from '../../api/curl.js';
import { roleWords, useSession } from '../../api/session.js';
import { CopyCurl } from '../../components/copy-button.js';
import { Icon } from '../../components/icons.js';
import { runTimeText } from '../../format/durations.js';
import { type LoadWish, plannedCurve, planWords } from '../../plan/ramp.js';
import { type RunForm, shapeOf, wishOf } from '../../plan/run-form.js';
import type { WhenKind } from '../../plan/when.js';

interface PlanCardProps {
  form: RunForm;
  scenario: ScenarioView | undefined;
  config: ConsoleConfig;
  busy: boolean;
  workers: number;
  kind: WhenKind;
  /** What will be sent; undefined while it cannot be. */
  call: Call | undefined;
}

const verbs: Record<WhenKind, string> = {
  now: 'Start swarming',
  queue: 'Queue the test',
  schedule: 'Set the schedule',
};

/** What will happen, in words and as a curve, and the button that makes it happen. */
export function PlanCard({ form, scenario, config, busy, workers, kind, call }: PlanCardProps) {
  const { may, role } = useSession();
  const shape = shapeOf(form, scenario);
  const typed = wishOf(form, config.limits.maxUsers);
  // An empty run time means the platform's own, where it has one.
  const wish = typed && { ...typed, runTimeSeconds: typed.runTimeSeconds ?? config.defaults.runTimeSeconds };
  return (
    <div className="card plan">
      <h2>Plan</h2>
      {shape !== undefined ? (
        <p className="soft">
          The shape <strong>{shape}</strong> sets the number of users second by second, and ends the test.
        </p>
      ) : wish ? (
        <>
          <Curve wish={wish} />
          <p className="soft" data-testid="plan-words">
            {planWords(wish)}
          </p>
        </>
      ) : (
        <p className="faint">The planned load appears here as soon as the fields can be read.</p>
      )}
      <button type="submit" className="button primary large wide" disabled={busy || !may('runner')} data-testid="start">
        <Icon name="play" /> {busy ? 'One moment…' : verbs[kind]}
      </button>
      {may('runner') ? null : (
        <p className="soft" data-testid="role-note">
          {roleWords(role, 'runner', 'Starting a test')}
        </p>
      )}
      <div className="row below">
        <span className="faint">
          {workers} worker{workers === 1 ? '' : 's'} connected
        </span>
        <CopyCurl call={call} />
      </div>
    </div>
  );
}

function Curve({ wish }: { wish: LoadWish }) {
  const points = plannedCurve(wish);
  const end = points.at(-1)?.second ?? 1;
  const top = Math.max(...points.map((point) => point.users), 1);
  const path = points
    .map(({ second, users }, index) => `${index === 0 ? 'M' : 'L'}${(second / end) * 300} ${92 - (users / top) * 84}`)
    .join('');
  return (
    <>
      <svg className="planned" viewBox="0 0 300 96" preserveAspectRatio="none" role="img" aria-label={planWords(wish)}>
        <path className="area" d={`${path}L300 96L0 96Z`} />
        <path className="curve" d={path} />
      </svg>
      <div className="ends">
        <span>0</span>
        <span>{Math.round(top).toLocaleString()} users</span>
        <span>{wish.runTimeSeconds === null ? 'until stopped' : runTimeText(wish.runTimeSeconds)}</span>
      </div>
    </>
  );
}
