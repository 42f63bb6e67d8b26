import type { ScenarioView } from '@loadstar/shared';
import { TaskTree } from '../../components/task-tree.js';

/** What the chosen file declares. */
export function ScenarioCard({ scenario }: { scenario: ScenarioView }) {
  const { description } = scenario;
  return (
    <div className="card about-scenario" data-testid="scenario-about">
      <h2>{scenario.name}</h2>
      {description === null ? (
        <p className="faint">Its classes and tasks are listed here once a worker has looked at it.</p>
      ) : (
        <>
          {description.userClasses.map((entry) => (
            <div key={entry.name}>
              <h3>
                {entry.name}{' '}
                <span className="faint">
                  {entry.fixedCount > 0 ? `exactly ${entry.fixedCount}` : `weight ${entry.weight}`}
                </span>
              </h3>
              <TaskTree tasks={entry.tasks} />
            </div>
          ))}
          {Object.entries(description.thresholds).map(([metric, rules]) => (
            <div key={metric} className="threshold">
              <code>{metric}</code> <span className="soft">{rules.join(' and ')}</span>
            </div>
          ))}
        </>
      )}
    </div>
  );
}
