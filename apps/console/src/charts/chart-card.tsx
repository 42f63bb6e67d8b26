// One live chart: a uPlot canvas that outlives React's renders, with its legend in the page. The legend shows the
// second under the cursor, or the newest one.
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import { useMedia } from '../components/use-media.js';
import { clockText } from '../format/durations.js';
import { noValue } from '../format/numbers.js';
import type { RunEvent } from '../api/extras.js';
import type { ChartSource } from './chart-source.js';
import { type ChartLine, chartOptions } from './chart-options.js';
import { markNear } from './chart-marks.js';
import { type ChartWindow, rangeOf } from './chart-window.js';

interface ChartCardProps {
  title: string;
  lines: readonly ChartLine[];
  series: ChartSource;
  /** Changes whenever the content of `series` has. */
  version: number;
  window: ChartWindow;
  /** Drawn as upright lines; what happened is told when the cursor is on one. */
  marks: readonly RunEvent[];
  onZoom: (from: number, to: number) => void;
  onUnzoom: () => void;
  axisValue: (value: number) => string;
  legendValue: (value: number) => string;
  leastTop: number;
  testId: string;
  /** Values stand in the legend only where the cursor is: there is no newest second worth telling. */
  still?: boolean;
}

export function ChartCard(props: ChartCardProps) {
  const { title, lines, series, testId } = props;
  const [cursor, setCursor] = useState<number | null>(null);
  const place = useRef<HTMLDivElement>(null);
  useChart(place, props, setCursor);

  const index = cursor ?? series.seconds.length - 1;
  const second = series.seconds[index];
  const texts = lines.map((line) => {
    const value = series.column(line.name)[index];
    if (props.still && cursor === null) return '';
    return value === null || value === undefined ? noValue : props.legendValue(value);
  });
  const near = cursor !== null && second !== undefined ? markNear(props.marks, second, props.window) : undefined;
  const summary = lines.map((line, at) => `${line.label} ${texts[at]}`).join(', ');
  return (
    <figure className="card chart" data-testid={testId}>
      <header>
        <h2>{title}</h2>
        <ul className="legend">
          {near ? <li className={`mark ${near.kind}`}>{near.text}</li> : null}
          {cursor !== null && second !== undefined ? (
            <li className="number faint">{momentText(second, series.spans?.[index])}</li>
          ) : null}
          {lines.map((line, at) => (
            <li key={line.name}>
              <span className={`key ${line.tone}${line.dashed ? ' dashed' : ''}`} />
              {line.label} <b data-testid={`${testId}-${line.name}`}>{texts[at]}</b>
            </li>
          ))}
        </ul>
      </header>
      <div className="plot" ref={place} role="img" aria-label={`${title}, now: ${summary}`}>
        {series.seconds.length === 0 ? <div className="waiting">Nothing measured yet</div> : null}
      </div>
    </figure>
  );
}

/** When, and for how many seconds together. */
function momentText(second: number, span = 1): string {
  return span === 1 ? `at ${clockText(second)}` : `${clockText(second)} – ${clockText(second + span)}`;
}

function useChart(
  place: RefObject<HTMLDivElement | null>,
  props: ChartCardProps,
  onCursor: (index: number | null) => void,
): void {
  const { lines, series, version, window, marks, axisValue, leastTop, onZoom, onUnzoom } = props;
  const dark = useMedia('(prefers-color-scheme: dark)');
  const chart = useRef<uPlot>(undefined);
  const drawnMarks = useRef(marks);

  useLayoutEffect(() => {
    const box = place.current;
    if (!box) return;
    const size = () => ({ width: Math.max(200, box.clientWidth), height: Math.max(120, box.clientHeight) });
    const wishes = {
      ...size(),
      lines,
      axisValue,
      leastTop,
      onZoom,
      onUnzoom,
      onCursor,
      marks: () => drawnMarks.current,
    };
    const made = new uPlot(chartOptions(wishes), [[], ...lines.map(() => [])], box);
    const observer = new ResizeObserver(() => made.setSize(size()));
    observer.observe(box);
    chart.current = made;
    return () => {
      observer.disconnect();
      made.destroy();
      chart.current = undefined;
    };
  }, [place, dark, lines, axisValue, leastTop, onZoom, onUnzoom, onCursor]);

  useEffect(() => {
    const { current } = chart;
    if (!current) return;
    drawnMarks.current = marks;
    const { seconds } = series;
    const [min, max] = rangeOf(window, seconds[0], seconds.at(-1));
    current.batch(() => {
      current.setData([seconds, ...lines.map((line) => series.column(line.name))], false);
      current.setScale('x', { min, max });
    });
  }, [series, version, window, marks, lines, dark]);
}
