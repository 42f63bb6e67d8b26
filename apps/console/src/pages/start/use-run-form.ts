// The start form at work: what is typed, what is wrong with it, and what sending it does.
import type { CreateRunBody, RunView, ScenarioView } from '@loadstar/shared';
import { type FormEvent, useState } from 'react';
import { api, type ConsoleConfig } from '../../api/client.js';
import type { Call } from '../../api/curl.js';
import { type ApiProblem, asProblem, byField } from '../../api/problem.js';
import { toastStore } from '../../components/toast-store.js';
import { liveFeed } from '../../live/live-feed.js';
import type { LiveSnapshot } from '../../live/live-model.js';
import { isActive } from '../../live/run-phase.js';
import { executorFields } from '../../plan/executors.js';
import {
  bodyOf,
  type ChangeForm,
  checkForm,
  cloneForm,
  firstForm,
  type FormProblems,
  runFields,
  type RunForm,
} from '../../plan/run-form.js';
import {
  checkWhen,
  firstWhen,
  queueOf,
  scheduleOf,
  type WhenForm,
  type WhenProblems,
  whenFields,
} from '../../plan/when.js';
import type { ParameterField } from '../../plan/parameters.js';
import { goTo } from '../../route.js';

const isParameter = (field: string): field is ParameterField => field.startsWith('parameters.');

/** @param past run to start once more, or null */
export function useRunForm(
  live: LiveSnapshot,
  config: ConsoleConfig,
  scenarios: readonly ScenarioView[],
  past: RunView | null,
) {
  const [form, setForm] = useState(() =>
    past ? cloneForm(config, scenarios, past) : firstForm(config, scenarios, live.run),
  );
  const [when, setWhen] = useState(firstWhen);
  const [mistakes, setMistakes] = useState<FormProblems & WhenProblems>({});
  const [problem, setProblem] = useState<ApiProblem>();
  const [busy, setBusy] = useState(false);
  const chosen = scenarios.find((entry) => entry.name === form.scenario);

  /** What is being changed is not wrong any more until it is looked at again. */
  const forgive = (part: object) => {
    setMistakes((before) => {
      const after = { ...before };
      for (const field of [...runFields, ...whenFields]) if (field in part) delete after[field];
      if ('execution' in part || 'executor' in part || 'shape' in part) {
        for (const field of executorFields) delete after[field];
      }
      if ('parameters' in part || 'scenario' in part) {
        for (const field of Object.keys(after)) if (isParameter(field)) delete after[field];
      }
      return after;
    });
  };
  const change: ChangeForm = (part) => {
    setForm((before) => ({ ...before, ...part }));
    forgive(part);
  };
  const changeWhen = (part: Partial<WhenForm>) => {
    setWhen((before) => ({ ...before, ...part }));
    forgive(part);
  };
  const replace = (next: RunForm) => {
    setForm(next);
    setMistakes({});
  };

  const wrong = { ...checkForm(form, chosen, config.limits.maxUsers), ...checkWhen(when) };
  const queue = queueOf(when);
  const body = () => bodyOf(form, chosen, config.defaults.runTimeSeconds);
  const run = () => ({ ...body(), ...(queue ? { queue } : {}) });
  // The plan can be told before it is known where it goes.
  const load = Object.keys(checkForm({ ...form, host: 'http://x' }, chosen, config.limits.maxUsers)).length === 0;
  const call = (): Call =>
    when.kind === 'schedule'
      ? { method: 'POST', path: 'api/v1/schedules', body: scheduleOf(when, run()) }
      : { method: 'POST', path: 'api/v1/runs', body: run() };

  const send = async () => {
    if (when.kind === 'schedule') {
      await api.createSchedule(scheduleOf(when, run()));
      toastStore.show('good', 'The schedule is set.');
      return goTo({ page: 'runs', search: '' });
    }
    const created = await api.createRun(run());
    if (created.state === 'queued') return goTo({ page: 'runs', search: '' });
    // The live page follows one run; of several at once each has a page of its own.
    if (isActive(live.run?.state)) return goTo({ page: 'run', id: created.id, view: 'charts' });
    liveFeed.adopt(created);
    goTo({ page: 'live', view: 'charts' });
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setProblem(undefined);
    setMistakes(wrong);
    if (Object.keys(wrong).length > 0) return focusFirstMistake();
    setBusy(true);
    try {
      await send();
    } catch (error) {
      const failed = asProblem(error);
      const { fields, rest } = byField(failed, [...executorFields, ...runFields, ...whenFields]);
      const own = Object.fromEntries(
        failed.fields
          .filter(({ field }) => isParameter(field))
          .map(({ field, problem }) => [field, `Expected: ${problem}.`]),
      );
      const found = Object.keys(own).length > 0 ? own : fields;
      setMistakes(found);
      if (Object.keys(found).length === 0 || (rest.length > 0 && found === fields)) setProblem(failed);
      focusFirstMistake();
    } finally {
      setBusy(false);
    }
  };
  const ready = Object.keys(wrong).length === 0 ? call() : undefined;
  const plan = load ? withoutHost(body()) : undefined;
  return { form, when, chosen, plan, replace, change, changeWhen, mistakes, problem, busy, submit, ready };
}

function withoutHost({ host: _host, ...body }: CreateRunBody): CreateRunBody {
  return body;
}

function focusFirstMistake(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}
