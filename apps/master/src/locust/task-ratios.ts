/** `GET /tasks`: which share of the work each user class and task has, within its class and in total. */
import type { ScenarioDescription, TaskDescription } from '@loadstar/shared';

interface TaskRatio {
  ratio: number;
  tasks?: Record<string, TaskRatio>;
}

export interface TaskRatios {
  per_class: Record<string, TaskRatio>;
  total: Record<string, TaskRatio>;
}

/**
 * @param usersByClass users that run now; while there are none, the weights decide
 * @param weights weights in force that replace the scenario's own
 */
export function taskRatios(
  description: ScenarioDescription | null,
  usersByClass: Readonly<Record<string, number>>,
  weights: Readonly<Record<string, number>> = {},
): TaskRatios {
  const ratios: TaskRatios = { per_class: {}, total: {} };
  const classes = description?.userClasses ?? [];
  const running = classes.some(({ name }) => (usersByClass[name] ?? 0) > 0);
  const share = ({ name, weight }: { name: string; weight: number }): number =>
    running ? (usersByClass[name] ?? 0) : (weights[name] ?? weight);
  const sum = classes.reduce((total, userClass) => total + share(userClass), 0);
  for (const userClass of classes) {
    const ratio = sum === 0 ? 0 : share(userClass) / sum;
    ratios.per_class[userClass.name] = { ratio, tasks: tasksOf(userClass.tasks, 1) };
    ratios.total[userClass.name] = { ratio, tasks: tasksOf(userClass.tasks, ratio) };
  }
  return ratios;
}

/** @param outer what the siblings' ratios are multiplied with */
function tasksOf(tasks: readonly TaskDescription[], outer: number): Record<string, TaskRatio> {
  const ratios: Record<string, TaskRatio> = {};
  for (const { name, ratio, tasks: nested } of tasks) {
    const own = ratio * outer;
    ratios[name] = nested.length === 0 ? { ratio: own } : { ratio: own, tasks: tasksOf(nested, own) };
  }
  return ratios;
}
