// Events of a run as upright lines on its charts.
import type uPlot from 'uplot';
import type { EventKind, RunEvent } from '../api/extras.js';
import type { ChartWindow } from './chart-window.js';

/** Draws what lies within the chart's stretch of time. */
export function drawMarks(chart: uPlot, marks: readonly RunEvent[], colour: (kind: EventKind) => string): void {
  const { min, max } = chart.scales['x'] ?? {};
  if (marks.length === 0 || min === undefined || max === undefined) return;
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
  for (const { second, kind } of marks) {
    if (second < min || second > max) continue;
    const x = Math.round(chart.valToPos(second, 'x', true));
    ctx.strokeStyle = ctx.fillStyle = colour(kind);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.fillRect(x - 3 * devicePixelRatio, bbox.top, 6 * devicePixelRatio, 4 * devicePixelRatio);
  }
  ctx.restore();
}

/** The mark that the reader points at: the nearest within a hundredth of what is shown. */
export function markNear(marks: readonly RunEvent[], second: number, window: ChartWindow): RunEvent | undefined {
  const shown = window.kind === 'fixed' ? window.to - window.from : (window.seconds ?? 600);
  const reach = Math.max(1, shown / 100);
  let nearest: RunEvent | undefined;
  for (const mark of marks) {
    const away = Math.abs(mark.second - second);
    if (away <= reach && away <= Math.abs((nearest?.second ?? Number.POSITIVE_INFINITY) - second)) nearest = mark;
  }
  return nearest;
}
