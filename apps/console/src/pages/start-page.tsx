// The form that starts a test, with what the choice means beside it. Every mistake is shown at its field, and nothing
// that was typed is lost when the server says no.
import type { RunView, ScenarioView } from '@loadstar/shared';
import { type FormEvent, useCallback, useState } from 'react';
import { api, type ConsoleConfig } from '../api/client.js';
import type { CreateBody, Run } from '../api/extras.js';
import { type ApiProblem, asProblem, byField } from '../api/problem.js';
import { useAnswer } from '../api/use-answer.js';
import { Notice, ProblemNotice } from '../components/notice.js';
import { momentText } from '../format/durations.js';
import { liveFeed } from '../live/live-feed.js';
import type { LiveSnapshot } from '../live/live-model.js';
import { isActive } from '../live/run-phase.js';
import {
  bodyOf,
  type ChangeForm,
  checkForm,
  cloneForm,
  firstForm,
  type FormProblems,
  type RunForm,
  runFields,
  shapeOf,
} from '../plan/run-form.js';
import { goTo, hashOf } from '../route.js';
import { AdvancedSection, LoadSection, TargetSection } from './start/form-sections.js';
import { ProfileBar } from './start/profile-bar.js';
import { PlanCard } from './start/plan-card.js';
import { ScenarioPicker } from './start/scenario-picker.js';
import { ScenarioCard } from './start/scenario-card.js';
import { useScenarios } from './start/use-scenarios.js';

interface StartPageProps {
  live: LiveSnapshot;
  config: ConsoleConfig;
  /** Id of the run to start once more. */
  from: string | undefined;
}

export function StartPage({ live, config, from }: StartPageProps) {
  const ask = useCallback(async () => (from === undefined ? null : api.run(from)), [from]);
  const { value: past, problem } = useAnswer(ask);
  const scenarios = useScenarios(live.scenarios);
  if (problem) return <ProblemNotice problem={problem} />;
  if (past === undefined) return null;
  return <StartForm live={live} config={config} scenarios={scenarios} past={past} />;
}

interface StartFormProps {
  live: LiveSnapshot;
  config: ConsoleConfig;
  scenarios: readonly ScenarioView[];
  past: Run | null;
}

function StartForm({ live, config, scenarios, past }: StartFormProps) {
  const { form, setForm, change, mistakes, problem, busy, submit } = useRunForm(live, config, scenarios, past);
  const chosen = scenarios.find((entry) => entry.name === form.scenario);
  const readyWorkers = live.workers.filter((worker) => worker.state !== 'lost').length;
  const active = isActive(live.run?.state);
  return (
    <form className="start" onSubmit={(event) => void submit(event)} noValidate data-testid="start-form">
      <header>
        <div>
          <h1>{past ? 'Run it again' : 'Start a load test'}</h1>
          <p className="soft">
            {past
              ? `As on ${momentText(past.startedAt ?? past.createdAt)}, with the same seed. Change what you like.`
              : 'Choose what virtual users do, how many there are, and which system they load.'}
          </p>
        </div>
        <ProfileBar form={form} onChoose={setForm} />
      </header>
      <div className="card sections">
        <ScenarioPicker scenarios={scenarios} form={form} change={change} mistake={mistakes.scenario} />
        <TargetSection form={form} change={change} mistakes={mistakes} suggested={chosen?.description?.host} />
        <LoadSection
          form={form}
          change={change}
          mistakes={mistakes}
          shape={chosen && shapeOf(form, chosen)}
          shapes={chosen?.description?.shapes ?? []}
          config={config}
        />
        <AdvancedSection form={form} change={change} mistakes={mistakes} scenario={chosen} />
      </div>
      <aside>
        {past && !scenarios.some((entry) => entry.name === past.scenario) ? (
          <Notice tone="warn">The scenario {past.scenario} of that run is not there any more.</Notice>
        ) : null}
        {active ? (
          <Notice tone="warn" testId="already-running">
            A test is running. <a href={hashOf({ page: 'live', view: 'charts' })}>Watch it</a>, or{' '}
            {config.features?.queue ? 'queue the next one.' : 'stop it before you start the next.'}
          </Notice>
        ) : null}
        {readyWorkers === 0 ? (
          <Notice tone="warn" testId="no-workers">
            <strong>No worker is connected.</strong> A test needs at least one; this page notices when it joins.
          </Notice>
        ) : null}
        {problem ? <ProblemNotice problem={problem} /> : null}
        <PlanCard
          form={form}
          scenario={chosen}
          config={config}
          busy={busy}
          workers={readyWorkers}
          queueing={active && config.features?.queue === true}
        />
        {chosen ? <ScenarioCard scenario={chosen} /> : null}
      </aside>
    </form>
  );
}

function useRunForm(
  live: LiveSnapshot,
  config: ConsoleConfig,
  scenarios: readonly ScenarioView[],
  past: RunView | null,
) {
  const [form, setForm] = useState(() =>
    past ? cloneForm(config, scenarios, past) : firstForm(config, scenarios, live.run),
  );
  const [mistakes, setMistakes] = useState<FormProblems>({});
  const [problem, setProblem] = useState<ApiProblem>();
  const [busy, setBusy] = useState(false);

  const change: ChangeForm = (part) => {
    setForm((before) => ({ ...before, ...part }));
    setMistakes((before) => {
      const after = { ...before };
      for (const field of runFields) if (field in part) delete after[field];
      return after;
    });
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setProblem(undefined);
    const chosen = scenarios.find((entry) => entry.name === form.scenario);
    const found = checkForm(form, chosen, config.limits.maxUsers);
    setMistakes(found);
    if (Object.keys(found).length > 0) return focusFirstMistake();
    setBusy(true);
    try {
      const body: CreateBody = bodyOf(form, chosen);
      const queueing = isActive(live.run?.state) && config.features?.queue === true;
      const run = await api.createRun(queueing ? { ...body, queue: true } : body);
      if (queueing) return goTo({ page: 'runs', search: '' });
      liveFeed.adopt(run);
      goTo({ page: 'live', view: 'charts' });
    } catch (error) {
      const failed = asProblem(error);
      const { fields, rest } = byField(failed, runFields);
      setMistakes(fields);
      if (Object.keys(fields).length === 0 || rest.length > 0) setProblem(failed);
      focusFirstMistake();
    } finally {
      setBusy(false);
    }
  };
  const setAll = (next: RunForm) => {
    setForm(next);
    setMistakes({});
  };
  return { form, setForm: setAll, change, mistakes, problem, busy, submit };
}

function focusFirstMistake(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}
