// What steps of load came to: one measured number over the rate that was asked for, with what bounds it.
import type { ReactNode } from 'react';
import { numbers } from '../format/numbers.js';

export interface RatePoint {
  rate: number;
  value: number;
  tone: 'good' | 'bad' | 'quiet';
}

interface RatePlotProps {
  title: string;
  points: readonly RatePoint[];
  /** End of the axis of rates. */
  topRate: number;
  /** Upright lines, such as the capacity. */
  marks: readonly { rate: number; tone: 'good' | 'bad' }[];
  /** A level that the value does not pass, with the interval it is known to. */
  level?: { value: number; low: number | null; high: number | null } | undefined;
  /** Also draws where each rate would be answered in full. */
  ideal?: boolean;
  valueText: (value: number) => string;
  legend: ReactNode;
  testId: string;
}

const size = { width: 600, height: 200 };

export function RatePlot({
  title,
  points,
  topRate,
  marks,
  level,
  ideal = false,
  valueText,
  legend,
  testId,
}: RatePlotProps) {
  const measured = Math.max(...points.map(({ value }) => value), 1e-9);
  // A level far beyond what was measured would press it flat; the legend tells it all the same.
  const near = level && level.value < 2 * measured ? level : undefined;
  const highest = Math.max(measured, Math.min(near?.high ?? near?.value ?? 0, 2 * measured));
  const top = highest * 1.08;
  const x = (rate: number) => Math.round((rate / topRate) * size.width * 10) / 10;
  const y = (value: number) => Math.round((1 - Math.min(value, top) / top) * size.height * 10) / 10;
  const path = points
    .toSorted((a, b) => a.rate - b.rate)
    .map(({ rate, value }, index) => `${index === 0 ? 'M' : 'L'}${x(rate)} ${y(value)}`)
    .join('');
  const end = Math.min(topRate, top);
  return (
    <figure className="card chart" data-testid={testId}>
      <header>
        <h2>{title}</h2>
        <ul className="legend">{legend}</ul>
      </header>
      <div className="curve-plot tall">
        <div className="scale" aria-hidden="true">
          <span>{valueText(top)}</span>
          <span>{valueText(top / 2)}</span>
          <span>{valueText(0)}</span>
        </div>
        <svg viewBox={`0 0 ${size.width} ${size.height}`} preserveAspectRatio="none" aria-hidden="true">
          {[0, 0.5, 1].map((part) => (
            <line key={part} className="grid" x1="0" x2={size.width} y1={part * size.height} y2={part * size.height} />
          ))}
          {near?.low != null && near.high != null ? (
            <rect
              className="band"
              width={size.width}
              y={y(near.high)}
              height={Math.max(1, y(near.low) - y(near.high))}
            />
          ) : null}
          {near ? <line className="level" x1="0" x2={size.width} y1={y(near.value)} y2={y(near.value)} /> : null}
          {ideal ? <line className="ideal" x1="0" y1={y(0)} x2={x(end)} y2={y(end)} /> : null}
          {marks.map(({ rate, tone }) => (
            <line key={tone} className={`mark ${tone}`} x1={x(rate)} x2={x(rate)} y1="0" y2={size.height} />
          ))}
          <path className="line" d={path} />
          {points.map(({ rate, value, tone }, index) => (
            // A line of no length with round ends stays round however the plot is stretched.
            <line key={index} className={`dot ${tone}`} x1={x(rate)} x2={x(rate)} y1={y(value)} y2={y(value)} />
          ))}
        </svg>
      </div>
      <div className="curve-ends" aria-hidden="true">
        <span>0</span>
        <span>asked for, per second</span>
        <span>{numbers.rate(topRate)}</span>
      </div>
    </figure>
  );
}
