import type { UserClassDescription } from '@loadstar/shared';
import { Empty } from '../../components/notice.js';
import { TaskTree } from '../../components/task-tree.js';
import { numbers } from '../../format/numbers.js';
import type { LiveSnapshot } from '../../live/live-model.js';
import { realShares } from '../../runs/task-shares.js';
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
        const real = stats && stats.users > 0 ? ` · ${numbers.percent(users / stats.users)} of all` : '';
        const planned = plannedShare(entry, taking, stats?.users ?? 0);
        return (
          <section key={entry.name} className="card class-card">
            <header>
              <h2>{entry.name}</h2>
              <span className="soft number">
                {numbers.count(users)} user{users === 1 ? '' : 's'}
                {real} · planned {numbers.percent(planned)} (
                {entry.fixedCount > 0 ? `exactly ${entry.fixedCount}` : `weight ${entry.weight}`})
              </span>
            </header>
            <TaskTree tasks={entry.tasks} real={realShares(stats?.tasks, entry.name)} />
          </section>
        );
      })}
    </div>
  );
}

/** Share of all users that a class should have: fixed ones come first, the rest go by weight. */
function plannedShare(entry: UserClassDescription, all: readonly UserClassDescription[], users: number): number {
  const fixed = all.reduce((sum, other) => sum + other.fixedCount, 0);
  if (entry.fixedCount > 0) return users > 0 ? Math.min(1, entry.fixedCount / users) : 0;
  const weights = all.reduce((sum, other) => sum + (other.fixedCount > 0 ? 0 : other.weight), 0);
  const rest = users > 0 ? Math.max(0, 1 - fixed / users) : 1;
  return weights > 0 ? (rest * entry.weight) / weights : 0;
}
