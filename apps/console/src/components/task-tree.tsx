import type { TaskDescription } from '@loadstar/shared';
import { numbers } from '../format/numbers.js';
import type { RealShares } from '../runs/task-shares.js';

interface TaskTreeProps {
  tasks: readonly TaskDescription[];
  /** What was counted; left out: nothing is told of it. */
  real?: RealShares | undefined;
  /** Sets that these tasks are in. */
  within?: readonly string[];
}

/** Tasks with their share among their siblings, planned and real; nested task sets are indented. */
export function TaskTree({ tasks, real, within = [] }: TaskTreeProps) {
  return (
    <ul className="tasks">
      {tasks.map((task) => {
        const path = [...within, task.name];
        return (
          <li key={task.name}>
            <div className={real ? 'task real' : 'task'}>
              <span className="cut" title={task.name}>
                {task.name}
              </span>
              <span className="bar">
                <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
                  <rect width={task.ratio * 100} height="6" rx="3" />
                </svg>
              </span>
              <span className="number soft">{numbers.percent(task.ratio)}</span>
              {real ? <Real share={real.share(path, tasks)} count={real.started(path)} /> : null}
            </div>
            {task.tasks.length > 0 ? <TaskTree tasks={task.tasks} real={real} within={path} /> : null}
          </li>
        );
      })}
    </ul>
  );
}

function Real({ share, count }: { share: number | null; count: number }) {
  return (
    <span className="number real" data-testid="task-real">
      {share === null ? 'not begun yet' : `really ${numbers.percent(share)} · ${numbers.count(count)}`}
    </span>
  );
}
