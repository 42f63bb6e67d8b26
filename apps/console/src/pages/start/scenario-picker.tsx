import type { ScenarioView, TaskDescription } from '@loadstar/shared';
import { useId } from 'react';
import { Note } from '../../components/field.js';
import type { ChangeForm, RunForm } from '../../plan/run-form.js';

interface ScenarioPickerProps {
  scenarios: readonly ScenarioView[];
  form: RunForm;
  change: ChangeForm;
  mistake: string | undefined;
}

export function ScenarioPicker({ scenarios, form, change, mistake }: ScenarioPickerProps) {
  const id = useId();
  const choose = (scenario: ScenarioView) =>
    change({ scenario: scenario.name, shape: '', userClasses: [], parameters: {} });
  return (
    <section>
      <h2 id={id}>Scenario</h2>
      <div className="choices" role="radiogroup" aria-labelledby={id} data-testid="scenarios">
        {scenarios.map((scenario) => (
          <label key={scenario.name} className="choice">
            <input
              type="radio"
              name="scenario"
              value={scenario.name}
              checked={form.scenario === scenario.name}
              disabled={scenario.problem !== null}
              onChange={() => choose(scenario)}
              data-testid={`scenario-${scenario.name}`}
            />
            <span className="name cut">{scenario.name}</span>
            <span className={scenario.problem === null ? 'about' : 'about bad'}>{about(scenario)}</span>
          </label>
        ))}
      </div>
      {scenarios.length === 0 ? (
        <p className="soft">There is no scenario yet. Put a TypeScript file into the scenarios folder of the master.</p>
      ) : null}
      {mistake ? <Note id={`${id}-note`} mistake={mistake} testId="scenario" /> : null}
    </section>
  );
}

function about({ problem, description }: ScenarioView): string {
  if (problem !== null) return problem;
  if (description === null) return 'Not looked at by a worker yet';
  const { userClasses, shapes, scenarios = [], parameters = [] } = description;
  const tasks = userClasses.reduce((sum, entry) => sum + countTasks(entry.tasks), 0);
  return [
    userClasses.length === 1 ? (userClasses[0]?.name ?? '') : `${userClasses.length} user classes`,
    `${tasks} task${tasks === 1 ? '' : 's'}`,
    ...(shapes.length === 0 ? [] : [shapes.length === 1 ? `shape ${shapes[0]}` : `${shapes.length} shapes`]),
    ...(parameters.length === 0 ? [] : [`${parameters.length} parameter${parameters.length === 1 ? '' : 's'}`]),
    ...(scenarios.length === 0 ? [] : [`plans ${scenarios.length} load${scenarios.length === 1 ? '' : 's'}`]),
  ].join(' · ');
}

/** Those that do something: a nested set is told by its own. */
function countTasks(tasks: readonly TaskDescription[]): number {
  return tasks.reduce((sum, { tasks: nested }) => sum + (nested.length > 0 ? countTasks(nested) : 1), 0);
}
