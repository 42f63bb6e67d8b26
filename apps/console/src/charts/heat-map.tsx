// Response times of all requests over time: seconds from left to right, times upwards on a logarithmic scale, the more
// requests the stronger. A percentile line hides whether two speeds are mixed; this does not.
import { type PointerEvent, useEffect, useRef, useState } from 'react';
import { useMedia } from '../components/use-media.js';
import { clockText } from '../format/durations.js';
import { numbers } from '../format/numbers.js';
import type { SeriesStore } from '../live/series-store.js';
import { type ChartWindow, rangeOf } from './chart-window.js';
import { gather, type HeatGrid } from './heat-grid.js';

interface HeatMapProps {
  series: SeriesStore;
  version: number;
  window: ChartWindow;
  /** Upper bounds of the buckets, milliseconds. */
  boundsMs: readonly number[];
}

/** Same room left and right of the plot as in the charts above, so that seconds line up. */
const inset = { left: 64, right: 12 };

export function HeatMap({ series, version, window, boundsMs }: HeatMapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const grid = useRef<HeatGrid>(undefined);
  const dark = useMedia('(prefers-color-scheme: dark)');
  const [pointed, setPointed] = useState('');
  useEffect(() => {
    const { current } = canvas;
    if (!current) return;
    const [from, to] = rangeOf(window, series.seconds[0], series.lastSecond);
    const draw = () => {
      const columns = Math.max(1, Math.min(Math.ceil(to - from) + 1, Math.floor(current.clientWidth / 2)));
      grid.current = gather(series, {
        from,
        to,
        columns,
        buckets: boundsMs.length + 1,
      });
      paint(current, grid.current);
    };
    draw();
    const observer = new ResizeObserver(draw);
    observer.observe(current);
    return () => observer.disconnect();
  }, [series, version, window, boundsMs, dark]);

  const point = (event: PointerEvent<HTMLCanvasElement>) => {
    const { current } = grid;
    const box = event.currentTarget.getBoundingClientRect();
    if (!current) return;
    const column = Math.floor(((event.clientX - box.left) / box.width) * current.columns);
    const bucket =
      current.low + Math.floor((1 - (event.clientY - box.top) / box.height) * (current.high - current.low));
    const count = current.counts[column * current.buckets + bucket] ?? 0;
    const second = current.from + column * current.secondsPerColumn;
    setPointed(`${numbers.count(count)} requests of ${bucketWords(bucket, boundsMs)} at ${clockText(second)}`);
  };
  const { low = 0, high = boundsMs.length } = grid.current ?? {};
  return (
    <figure className="card chart" data-testid="chart-heat">
      <header>
        <h2>Spread of response times</h2>
        <span className="soft number legend">{pointed}</span>
      </header>
      <div className="plot heat">
        <div className="scale" aria-hidden="true">
          {[high - 1, Math.round((low + high - 1) / 2), low].map((bucket, index) => (
            <span key={index}>{numbers.milliseconds(boundsMs[bucket] ?? boundsMs.at(-1) ?? 0)}</span>
          ))}
        </div>
        <canvas
          ref={canvas}
          style={{ left: inset.left, width: `calc(100% - ${inset.left + inset.right}px)` }}
          role="img"
          aria-label="Heat map of response times over time; the same numbers are in the chart of percentiles"
          onPointerMove={point}
          onPointerLeave={() => setPointed('')}
        />
      </div>
    </figure>
  );
}

function bucketWords(bucket: number, boundsMs: readonly number[]): string {
  const below = boundsMs[bucket];
  const above = boundsMs[bucket - 1];
  if (below === undefined) return `more than ${numbers.milliseconds(above ?? 0)}`;
  return above === undefined
    ? `up to ${numbers.milliseconds(below)}`
    : `${numbers.milliseconds(above)} to ${numbers.milliseconds(below)}`;
}

function paint(canvas: HTMLCanvasElement, grid: HeatGrid): void {
  const context = canvas.getContext('2d');
  const width = Math.round(canvas.clientWidth * devicePixelRatio);
  const height = Math.round(canvas.clientHeight * devicePixelRatio);
  if (!context || width === 0 || height === 0) return;
  canvas.width = width;
  canvas.height = height;
  context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--chart-1');
  const rows = Math.max(1, grid.high - grid.low);
  const cell = { width: width / grid.columns, height: height / rows };
  for (let column = 0; column < grid.columns; column += 1) {
    for (let bucket = grid.low; bucket < grid.high; bucket += 1) {
      const count = grid.counts[column * grid.buckets + bucket] ?? 0;
      if (count === 0) continue;
      // The eye tells few from none only when the weak ones are lifted.
      context.globalAlpha = 0.12 + 0.88 * Math.sqrt(count / grid.most);
      const y = height - (bucket - grid.low + 1) * cell.height;
      // Whole pixels that neither overlap nor leave a gap: half-transparent ones would show it.
      const left = Math.floor(column * cell.width);
      const top = Math.floor(y);
      const right = Math.floor((column + 1) * cell.width);
      context.fillRect(left, top, right - left, Math.floor(y + cell.height) - top);
    }
  }
  context.globalAlpha = 1;
}
