// Response time against service time, percentile by percentile, on the scale that gives each further nine the same
// room. Where the two part, requests waited for their turn before they were sent: the wait that tools hide which start
// their clocks only then.
import type { TimeSummary } from '../api/summary.js';
import { noValue, numbers } from '../format/numbers.js';

/** In the summary of a run; the maximum has no place on this scale. */
const shown = [50, 66, 75, 80, 90, 95, 98, 99, 99.9, 99.99] as const;
const labelled: readonly number[] = [50, 90, 99, 99.9, 99.99];
const size = { width: 600, height: 150 };

/** 0 for the median, 1 for 99.99 %. */
function placeOf(percentile: number): number {
  const nines = (value: number) => -Math.log10(1 - value / 100);
  return (nines(percentile) - nines(50)) / (nines(99.99) - nines(50));
}

function pathOf(times: TimeSummary, top: number): string {
  return shown
    .map((percentile, index) => {
      const x = placeOf(percentile) * size.width;
      const y = size.height - ((times.percentiles[`p${percentile}`] ?? 0) / top) * size.height;
      return `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
}

export function PercentileCurve({ response, service }: { response: TimeSummary; service: TimeSummary }) {
  const at = (times: TimeSummary, percentile: number) => {
    const value = times.percentiles[`p${percentile}`];
    return value === undefined || times.count === 0 ? noValue : numbers.milliseconds(value);
  };
  const top = Math.max(response.percentiles['p99.99'] ?? 0, service.percentiles['p99.99'] ?? 0, 1) * 1.05;
  return (
    <figure className="card chart" data-testid="chart-percentiles">
      <header>
        <h2>Response and service time by percentile</h2>
        <ul className="legend">
          <li>
            <span className="key two" />
            Response 99 % <b>{at(response, 99)}</b>
          </li>
          <li>
            <span className="key one" />
            Service 99 % <b>{at(service, 99)}</b>
          </li>
        </ul>
      </header>
      <div className="curve-plot">
        <div className="scale" aria-hidden="true">
          <span>{numbers.milliseconds(top)}</span>
          <span>{numbers.milliseconds(top / 2)}</span>
          <span>{numbers.milliseconds(0)}</span>
        </div>
        <svg viewBox={`0 0 ${size.width} ${size.height}`} preserveAspectRatio="none" aria-hidden="true">
          {labelled.map((percentile) => {
            const x = placeOf(percentile) * size.width;
            return <line key={percentile} className="grid" x1={x} x2={x} y1="0" y2={size.height} />;
          })}
          {response.count > 0 ? (
            <>
              <path className="line two" d={pathOf(response, top)} />
              <path className="line one" d={pathOf(service, top)} />
            </>
          ) : null}
        </svg>
      </div>
      <table className="percentiles">
        <caption className="visually-hidden">Response and service time by percentile</caption>
        <thead>
          <tr>
            <td />
            {labelled.map((percentile) => (
              <th key={percentile} scope="col">
                {percentile} %
              </th>
            ))}
            <th scope="col">Max</th>
          </tr>
        </thead>
        <tbody>
          {[
            { name: 'Response', times: response },
            { name: 'Service', times: service },
          ].map(({ name, times }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {labelled.map((percentile) => (
                <td key={percentile}>{at(times, percentile)}</td>
              ))}
              <td>{times.count > 0 ? numbers.milliseconds(times.maxMs) : noValue}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
