// One live chart: a uPlot canvas that outlives React's renders, with its legend in the page. The legend shows the
// second under the cursor, or the newest one.
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import { useMedia } from '../components/use-media.js';
import { clockText } from '../format/durations.js';
import { noValue } from '../format/numbers.js';
import type { SeriesStore } from '../live/series-store.js';
import { type ChartLine, chartOptions } from './chart-options.js';
import { type ChartWindow, rangeOf } from './chart-window.js';

interface ChartCardProps {
  title: string;
  lines: readonly ChartLine[];
  series: SeriesStore;
  /** Changes whenever the content of `series` has. */
  version: number;
  window: ChartWindow;
  onZoom: (from: number, to: number) => void;
  onUnzoom: () => void;
  axisValue: (value: number) => string;
  legendValue: (value: number) => string;
  leastTop: number;
  testId: string;
}

export function ChartCard(props: ChartCardProps) {
  const { title, lines, series, testId } = props;
  const [cursor, setCursor] = useState<number | null>(null);
  const place = useRef<HTMLDivElement>(null);
  useChart(place, props, setCursor);

  const index = cursor ?? series.length - 1;
  const second = series.columns.seconds[index];
  const texts = lines.map((line) => {
    const value = series.columns[line.name][index];
    return value === null || value === undefined ? noValue : props.legendValue(value);
  });
  const summary = lines.map((line, at) => `${line.label} ${texts[at]}`).join(', ');
  return (
    <figure className="card chart" data-testid={testId}>
      <header>
        <h2>{title}</h2>
        <ul className="legend">
          {cursor !== null && second !== undefined ? <li className="number faint">at {clockText(second)}</li> : null}
          {lines.map((line, at) => (
            <li key={line.name}>
              <span className={`key ${line.tone}`} />
              {line.label} <b data-testid={`${testId}-${line.name}`}>{texts[at]}</b>
            </li>
          ))}
        </ul>
      </header>
      <div className="plot" ref={place} role="img" aria-label={`${title}, now: ${summary}`}>
        {series.length === 0 ? <div className="waiting">Nothing measured yet</div> : null}
      </div>
    </figure>
  );
}

function useChart(
  place: RefObject<HTMLDivElement | null>,
  props: ChartCardProps,
  onCursor: (index: number | null) => void,
): void {
  const { lines, series, version, window, axisValue, leastTop, onZoom, onUnzoom } = props;
  const dark = useMedia('(prefers-color-scheme: dark)');
  const chart = useRef<uPlot>(undefined);

  useLayoutEffect(() => {
    const box = place.current;
    if (!box) return;
    const size = () => ({ width: Math.max(200, box.clientWidth), height: Math.max(120, box.clientHeight) });
    const wishes = { ...size(), lines, axisValue, leastTop, onZoom, onUnzoom, onCursor };
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
    const { columns } = series;
    const { current } = chart;
    if (!current) return;
    const [min, max] = rangeOf(window, columns.seconds[0], series.lastSecond);
    current.batch(() => {
      current.setData([columns.seconds, ...lines.map((line) => columns[line.name])], false);
      current.setScale('x', { min, max });
    });
  }, [series, version, window, lines, dark]);
}
