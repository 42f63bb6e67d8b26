// Options of a uPlot chart in the look of the console. Colours come from the style sheet, so that a canvas follows the
// scheme of the system like everything else.
import type uPlot from 'uplot';
import { clockText } from '../format/durations.js';
import type { RunEvent } from '../api/extras.js';
import { drawMarks } from './chart-marks.js';

/** How a line is drawn and named; `tone` is also the class of its key in the legend. */
export interface ChartLine {
  /** Of a column of the source. */
  name: string;
  label: string;
  tone: 'one' | 'two' | 'three' | 'bad' | 'users' | 'quiet';
  area?: boolean;
  /** The lesser one of a pair. */
  dashed?: boolean;
}

const colourOf: Record<ChartLine['tone'], string> = {
  one: '--chart-1',
  two: '--chart-2',
  three: '--chart-3',
  bad: '--chart-bad',
  users: '--chart-users',
  quiet: '--chart-quiet',
};

const markColour: Record<RunEvent['kind'], string> = {
  joined: '--good',
  lost: '--bad',
  fault: '--warn',
  edited: '--accent-text',
  paused: '--warn',
  phase: '--chart-quiet',
  page: '--warn',
};

/** Second steps that read well on a clock. */
const clockSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800];
const cursorGroup = 'loadstar';

export interface ChartWishes {
  width: number;
  height: number;
  lines: readonly ChartLine[];
  axisValue: (value: number) => string;
  /** Smallest top of the value axis, so that noise around zero does not fill the chart. */
  leastTop: number;
  marks: () => readonly RunEvent[];
  onZoom: (from: number, to: number) => void;
  onUnzoom: () => void;
  /** Index under the cursor, or null when it has left. */
  onCursor: (index: number | null) => void;
}

export function chartOptions(wishes: ChartWishes): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const font = `12px ${style.getPropertyValue('--font')}`;
  const axis: uPlot.Axis = {
    stroke: colour('--chart-text'),
    font,
    grid: { stroke: colour('--chart-grid'), width: 1 },
    ticks: { show: false },
  };
  return {
    width: wishes.width,
    height: wishes.height,
    legend: { show: false },
    padding: [8, 12, 0, 0],
    cursor: {
      y: false,
      sync: { key: cursorGroup },
      drag: { x: true, y: false, setScale: false },
      points: { size: 7 },
      bind: { dblclick: () => () => (wishes.onUnzoom(), null) },
    },
    scales: {
      x: { time: false },
      y: { range: (_chart, _low, high) => [0, Math.max(wishes.leastTop, (high ?? 0) * 1.08)] },
    },
    axes: [
      { ...axis, incrs: clockSteps, space: 70, size: 26, gap: 4, values: (_chart, splits) => splits.map(clockText) },
      { ...axis, size: 64, gap: 8, space: 28, values: (_chart, splits) => splits.map(wishes.axisValue) },
    ],
    series: [{}, ...wishes.lines.map((line) => lineOptions(line, colour(colourOf[line.tone])))],
    hooks: {
      draw: [(chart) => drawMarks(chart, wishes.marks(), (kind) => colour(markColour[kind]))],
      setSelect: [
        (chart) => {
          const { left, width } = chart.select;
          if (width > 0) wishes.onZoom(chart.posToVal(left, 'x'), chart.posToVal(left + width, 'x'));
          chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
      setLegend: [(chart) => wishes.onCursor(chart.cursor.idx ?? null)],
    },
  };
}

function lineOptions(line: ChartLine, stroke: string): uPlot.Series {
  return {
    label: line.label,
    stroke,
    width: line.tone === 'quiet' ? 1.5 : 1.75,
    ...(line.tone === 'quiet' || line.dashed ? { dash: [5, 4] } : {}),
    ...(line.area ? { fill: `${stroke}24` } : {}),
    spanGaps: false,
    points: { show: true, size: 4, filter: (chart, index) => lonelyPoints(chart, index) },
  };
}

/** A value between two gaps has no line to be part of; it is drawn as a dot. */
function lonelyPoints(chart: uPlot, seriesIndex: number): number[] {
  const values = chart.data[seriesIndex];
  const { min, max } = chart.scales['x'] ?? {};
  if (!values || min === undefined || max === undefined) return [];
  const lonely: number[] = [];
  const end = Math.min(values.length - 1, chart.valToIdx(max));
  for (let index = chart.valToIdx(min); index <= end; index += 1) {
    const alone = (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null;
    if (alone && (values[index] ?? null) !== null) lonely.push(index);
  }
  return lonely;
}
