// The form that starts a test, with what the choice means beside it. Every mistake is shown at its field, and nothing
// that was typed is lost when the server says no.
import type { ScenarioView } from '@loadstar/shared';
import { type FormEvent, useState } from 'react';
import { api, type ConsoleConfig } from '../api/client.js';
import { type ApiProblem, asProblem, byField } from '../api/problem.js';
import { Notice, ProblemNotice } from '../components/notice.js';
import { liveFeed } from '../live/live-feed.js';
import type { LiveSnapshot } from '../live/live-model.js';
import { isActive } from '../live/run-phase.js';
import {
  bodyOf,
  type ChangeForm,
  checkForm,
  firstForm,
  type FormProblems,
  runFields,
  shapeOf,
} from '../plan/run-form.js';
import { goTo, hashOf } from '../route.js';
import { AdvancedSection, LoadSection, TargetSection } from './start/form-sections.js';
import { PlanCard } from './start/plan-card.js';
import { ScenarioPicker } from './start/scenario-picker.js';
import { ScenarioCard } from './start/scenario-card.js';
import { useScenarios } from './start/use-scenarios.js';

interface StartPageProps {
  live: LiveSnapshot;
  config: ConsoleConfig;
}

export function StartPage({ live, config }: StartPageProps) {
  const scenarios = useScenarios(live.scenarios);
  const { form, change, mistakes, problem, busy, submit } = useRunForm(live, config, scenarios);
  const chosen = scenarios.find((entry) => entry.name === form.scenario);
  const readyWorkers = live.workers.filter((worker) => worker.state !== 'lost').length;
  return (
    <form className="start" onSubmit={(event) => void submit(event)} noValidate data-testid="start-form">
      <header>
        <h1>Start a load test</h1>
        <p className="soft">Choose what virtual users do, how many there are, and which system they load.</p>
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
        {isActive(live.run?.state) ? (
          <Notice tone="warn" testId="already-running">
            A test is running. <a href={hashOf({ page: 'live', view: 'charts' })}>Watch it</a>, or stop it before you
            start the next.
          </Notice>
        ) : null}
        {readyWorkers === 0 ? (
          <Notice tone="warn" testId="no-workers">
            <strong>No worker is connected.</strong> A test needs at least one; this page notices when it joins.
          </Notice>
        ) : null}
        {problem ? <ProblemNotice problem={problem} /> : null}
        <PlanCard form={form} scenario={chosen} config={config} busy={busy} workers={readyWorkers} />
        {chosen ? <ScenarioCard scenario={chosen} /> : null}
      </aside>
    </form>
  );
}

function useRunForm(live: LiveSnapshot, config: ConsoleConfig, scenarios: readonly ScenarioView[]) {
  const [form, setForm] = useState(() => firstForm(config, scenarios, live.run));
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
      liveFeed.adopt(await api.createRun(bodyOf(form, chosen)));
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
  return { form, change, mistakes, problem, busy, submit };
}

function focusFirstMistake(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}
