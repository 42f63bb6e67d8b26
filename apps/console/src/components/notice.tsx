import type { ReactNode } from 'react';
import type { ApiProblem } from '../api/problem.js';
import { Icon, type IconName } from './icons.js';

export type NoticeTone = 'good' | 'warn' | 'bad' | 'plain';

const icons: Record<NoticeTone, IconName> = { good: 'check', warn: 'alert', bad: 'alert', plain: 'list' };

interface NoticeProps {
  tone: NoticeTone;
  children: ReactNode;
  action?: ReactNode;
  testId?: string;
}

export function Notice({ tone, children, action, testId }: NoticeProps) {
  return (
    <div className={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'} data-testid={testId}>
      <Icon name={icons[tone]} />
      <div className="body">{children}</div>
      {action}
    </div>
  );
}

/** A problem of the API: what happened, what to do, and whatever named no field of the form. */
export function ProblemNotice({ problem, action }: { problem: ApiProblem; action?: ReactNode }) {
  return (
    <Notice tone="bad" action={action} testId="problem">
      <strong>{problem.message}</strong>
      {problem.hint ? <div className="hint">{problem.hint}</div> : null}
    </Notice>
  );
}

interface EmptyProps {
  icon: IconName;
  title: string;
  children: ReactNode;
  action?: ReactNode;
}

/** What a view shows while it has nothing: why, and what would change it. */
export function Empty({ icon, title, children, action }: EmptyProps) {
  return (
    <div className="card empty">
      <Icon name={icon} />
      <h2>{title}</h2>
      <p>{children}</p>
      {action}
    </div>
  );
}
