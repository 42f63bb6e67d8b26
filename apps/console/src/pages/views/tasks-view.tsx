import { Empty } from '../../components/notice.js';
import { TaskTree } from '../../components/task-tree.js';
import { numbers } from '../../format/numbers.js';
import type { LiveSnapshot } from '../../live/live-model.js';
import { useScenarios } from '../start/use-scenarios.js';

/** Which tasks the users of each class do, and how many users of each class there are. */
export function TasksView({ live }: { live: LiveSnapshot }) {
  const scenarios = useScenarios(live.scenarios);
  const { run, stats } = live;
  const description = scenarios.find((entry) => entry.name === run?.scenario)?.description;
  if (!run || !description) {
    return (
      <Empty icon="list" title="No tasks to show">
        {run
          ? 'The scenario of this run is no longer there, or no worker has looked at it yet.'
          : 'When a test has been started, its user classes and their tasks appear here with their shares.'}
      </Empty>
    );
  }
  const taking = description.userClasses.filter(
    (entry) => run.userClasses.length === 0 || run.userClasses.includes(entry.name),
  );
  return (
    <div className="classes" data-testid="tasks">
      {taking.map((entry) => {
        const users = stats?.usersByClass[entry.name] ?? 0;
        const share = stats && stats.users > 0 ? ` (${numbers.percent(users / stats.users)})` : '';
        return (
          <section key={entry.name} className="card class-card">
            <header>
              <h2>{entry.name}</h2>
              <span className="soft number">
                {numbers.count(users)} user{users === 1 ? '' : 's'}
                {share} · {entry.fixedCount > 0 ? `exactly ${entry.fixedCount}` : `weight ${entry.weight}`}
              </span>
            </header>
            <TaskTree tasks={entry.tasks} />
          </section>
        );
      })}
    </div>
  );
}
