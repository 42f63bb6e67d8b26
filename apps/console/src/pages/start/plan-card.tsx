import type { CreateRunBody, PlannedLoad, ScenarioView } from '@loadstar/shared';
import type { ConsoleConfig } from '../../api/client.js';
import type { Call } from '../../api/curl.js';
import { roleWords, useSession } from '../../api/session.js';
import { CopyCurl } from '../../components/copy-button.js';
import { Icon } from '../../components/icons.js';
import { durationWords } from '../../format/durations.js';
import { numbers } from '../../format/numbers.js';
import { planWords } from '../../plan/ramp.js';
import { loadKindOf, type RunForm, shapeOf, wishOf } from '../../plan/run-form.js';
import type { WhenKind } from '../../plan/when.js';
import { PlannedCurve } from './planned-curve.js';
import { usePlanned } from './use-planned.js';

interface PlanCardProps {
  form: RunForm;
  scenario: ScenarioView | undefined;
  config: ConsoleConfig;
  busy: boolean;
  workers: number;
  kind: WhenKind;
  /** What will be sent; undefined while it cannot be. */
  call: Call | undefined;
  /** The part of it that plans the load; undefined while that cannot be read. */
  load: CreateRunBody | undefined;
}

const verbs: Record<WhenKind, string> = {
  now: 'Start swarming',
  queue: 'Queue the test',
  schedule: 'Set the schedule',
};

/** What will happen, in words and as a curve, and the button that makes it happen. */
export function PlanCard({ form, scenario, config, busy, workers, kind, call, load }: PlanCardProps) {
  const { may, role } = useSession();
  const planned = usePlanned(load);
  const words = load === undefined ? '' : wordsFor(form, scenario, config, planned);
  return (
    <div className="card plan">
      <h2>Plan</h2>
      {planned && planned.lines.length > 0 ? <PlannedCurve load={planned} words={words} /> : null}
      {words === '' ? (
        <p className="faint">The planned load appears here as soon as the fields can be read.</p>
      ) : (
        <p className="soft" data-testid="plan-words">
          {words}
        </p>
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

/** What will happen, in a sentence. */
function wordsFor(
  form: RunForm,
  scenario: ScenarioView | undefined,
  config: ConsoleConfig,
  planned: PlannedLoad | undefined,
): string {
  const kind = loadKindOf(form, scenario);
  if (kind === 'users') {
    const wish = wishOf(form, config.limits.maxUsers);
    return wish ? planWords(wish) : '';
  }
  const who = kind === 'shape' ? `The shape ${shapeOf(form, scenario)} decides` : 'Users come as planned';
  if (!planned) return `${who}.`;
  const { peakUsers, endSeconds, lines } = planned;
  const most = lines.length === 0 ? '' : `, up to ${numbers.count(peakUsers)} users`;
  const end = endSeconds === null ? 'until stopped' : `for ${durationWords(endSeconds)}`;
  return `${who}${most}, ${kind === 'shape' && lines.length === 0 ? 'and ends the test' : end}.`;
}
