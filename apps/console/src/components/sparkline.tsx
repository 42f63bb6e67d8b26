import { sparkPath } from '../charts/spark-path.js';
import type { Column } from '../charts/chart-source.js';

interface SparklineProps {
  values: Column;
  tone: 'plain' | 'bad' | 'warn' | 'users';
}

/** The last minute of a value as a line without axes; an ornament, so assistive technology does not hear of it. */
export function Sparkline({ values, tone }: SparklineProps) {
  return (
    <svg className={`spark ${tone}`} viewBox="0 -1 76 28" preserveAspectRatio="none" aria-hidden="true">
      <path d={sparkPath(values, 60, 76, 26)} />
    </svg>
  );
}
