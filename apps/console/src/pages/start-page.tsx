// The form that starts a test, with what the choice means beside it. Every mistake is shown at its field, and nothing
// that was typed is lost when the server says no.
import type { RunView, ScenarioView } from '@loadstar/shared';
import { useCallback } from 'react';
import { api, type ConsoleConfig } from '../api/client.js';
import { useAnswer } from '../api/use-answer.js';
import { Notice, ProblemNotice } from '../components/notice.js';
import { momentText } from '../format/durations.js';
import type { LiveSnapshot } from '../live/live-model.js';
import { isActive } from '../live/run-phase.js';
import { hashOf } from '../route.js';
import { AdvancedSection, TargetSection } from './start/form-sections.js';
import { LoadSection } from './start/load-section.js';
import { ParametersSection } from './start/parameters-section.js';
import { PlanCard } from './start/plan-card.js';
import { ProfileBar } from './start/profile-bar.js';
import { ScenarioCard } from './start/scenario-card.js';
import { ScenarioPicker } from './start/scenario-picker.js';
import { useRunForm } from './start/use-run-form.js';
import { useScenarios } from './start/use-scenarios.js';
import { WhenSection } from './start/when-section.js';

const readQueue = () => api.queue();

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
  past: RunView | null;
}

function StartForm({ live, config, scenarios, past }: StartFormProps) {
  const { form, when, chosen, plan, replace, change, changeWhen, mistakes, problem, busy, submit, ready } = useRunForm(
    live,
    config,
    scenarios,
    past,
  );
  const { value: queue } = useAnswer(readQueue);
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
        <ProfileBar form={form} onChoose={replace} />
      </header>
      <div className="card sections">
        <ScenarioPicker scenarios={scenarios} form={form} change={change} mistake={mistakes.scenario} />
        <TargetSection form={form} change={change} mistakes={mistakes} suggested={chosen?.description?.host} />
        <LoadSection form={form} change={change} mistakes={mistakes} scenario={chosen} config={config} />
        <ParametersSection form={form} change={change} mistakes={mistakes} scenario={chosen} />
        {queue ? <WhenSection when={when} mistakes={mistakes} onChange={changeWhen} /> : null}
        <AdvancedSection form={form} change={change} mistakes={mistakes} scenario={chosen} />
      </div>
      <aside>
        {past && !scenarios.some((entry) => entry.name === past.scenario) ? (
          <Notice tone="warn">The scenario {past.scenario} of that run is not there any more.</Notice>
        ) : null}
        {active ? (
          <Notice tone="warn" testId="already-running">
            A test is running. <a href={hashOf({ page: 'live', view: 'charts' })}>Watch it</a>, or{' '}
            {queue ? 'let the next one wait for its turn.' : 'stop it before you start the next.'}
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
          kind={when.kind}
          call={ready}
          load={plan}
        />
        {chosen ? <ScenarioCard scenario={chosen} /> : null}
      </aside>
    </form>
  );
}
