import { useState } from 'react';
import { Icon } from '../../components/icons.js';
import { runTimeText } from '../../format/durations.js';
import { type LoadWish, plannedCurve, planWords } from '../../plan/ramp.js';
import { asCurl, bodyOf, checkForm, type RunForm, wishOf } from '../../plan/run-form.js';

interface PlanCardProps {
  form: RunForm;
  maxUsers: number;
  busy: boolean;
  workers: number;
}

/** What will happen, in words and as a curve, and the button that makes it happen. */
export function PlanCard({ form, maxUsers, busy, workers }: PlanCardProps) {
  const wish = form.shape === '' ? wishOf(form, maxUsers) : undefined;
  return (
    <div className="card plan">
      <h2>Plan</h2>
      {form.shape !== '' ? (
        <p className="soft">
          The shape <strong>{form.shape}</strong> sets the number of users second by second, and ends the test.
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
      <button type="submit" className="button primary large wide" disabled={busy} data-testid="start">
        <Icon name="play" /> {busy ? 'Starting…' : 'Start swarming'}
      </button>
      <CopyCurl form={form} maxUsers={maxUsers} workers={workers} />
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

function CopyCurl({ form, maxUsers, workers }: { form: RunForm; maxUsers: number; workers: number }) {
  const [copied, setCopied] = useState(false);
  const readable = Object.keys(checkForm(form, maxUsers)).length === 0;
  const copy = () => {
    navigator.clipboard.writeText(asCurl(bodyOf(form), location.origin)).then(
      () => {
        setCopied(true);
        setTimeout(() => setCopied(false), 2000);
      },
      () => undefined,
    );
  };
  return (
    <div className="row below">
      <span className="faint">
        {workers} worker{workers === 1 ? '' : 's'} ready
      </span>
      <button type="button" className="button quiet" onClick={copy} disabled={!readable}>
        <Icon name={copied ? 'check' : 'copy'} /> {copied ? 'Copied' : 'Copy as curl'}
      </button>
    </div>
  );
}
