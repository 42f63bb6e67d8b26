import type { TaskDescription } from '@loadstar/shared';
import { numbers } from '../format/numbers.js';

/** Tasks with their share among their siblings; nested task sets are indented. */
export function TaskTree({ tasks }: { tasks: readonly TaskDescription[] }) {
  return (
    <ul className="tasks">
      {tasks.map((task) => (
        <li key={task.name}>
          <div className="task">
            <span className="cut" title={task.name}>
              {task.name}
            </span>
            <span className="bar">
              <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
                <rect width={task.ratio * 100} height="6" rx="3" />
              </svg>
            </span>
            <span className="number soft">{numbers.percent(task.ratio)}</span>
          </div>
          {task.tasks.length > 0 ? <TaskTree tasks={task.tasks} /> : null}
        </li>
      ))}
    </ul>
  );
}
