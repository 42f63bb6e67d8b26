import type { PlannedLine, PlannedLoad } from '@loadstar/shared';
import { runTimeText } from '../../format/durations.js';
import { numbers } from '../../format/numbers.js';

const tones = ['users', 'one', 'two', 'three', 'quiet'] as const;
const size = { width: 300, height: 96, top: 8 };

/** The planned load as the master computed it: users as areas, arrivals as lines of their own height. */
export function PlannedCurve({ load, words }: { load: PlannedLoad; words: string }) {
  const lines = load.lines.slice(0, tones.length);
  return (
    <>
      <svg
        className="planned"
        viewBox={`0 0 ${size.width} ${size.height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={words}
        data-testid="planned-curve"
      >
        {lines.map((line, index) => (
          <Line
            key={line.name}
            line={line}
            seconds={load.seconds}
            top={topOf(line, load)}
            tone={tones[index] ?? 'quiet'}
          />
        ))}
      </svg>
      <div className="ends">
        <span>0</span>
        <span>{topWords(load)}</span>
        <span>{load.endSeconds === null ? 'until stopped' : runTimeText(load.endSeconds)}</span>
      </div>
      {lines.some(({ name }) => name !== null) ? (
        <ul className="plan-lines" data-testid="plan-lines">
          {load.lines.map((line, index) => (
            <li key={line.name}>
              <span className={`key ${tones[index] ?? 'quiet'}`} /> {line.about}
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}

interface LineProps {
  line: PlannedLine;
  seconds: readonly number[];
  top: number;
  tone: string;
}

function Line({ line, seconds, top, tone }: LineProps) {
  const end = seconds.at(-1) ?? 1;
  let path = '';
  let drawing = false;
  let first = 0;
  let last = 0;
  seconds.forEach((second, index) => {
    const value = line.values[index] ?? null;
    const x = (second / end) * size.width;
    if (value === null) drawing = false;
    else {
      if (path === '') first = x;
      path += `${drawing ? 'L' : 'M'}${x} ${size.height - 4 - (value / top) * (size.height - 4 - size.top)}`;
      drawing = true;
      last = x;
    }
  });
  return (
    <>
      {line.unit === 'users' && path !== '' ? (
        <path className={`area ${tone}`} d={`${path}L${last} ${size.height}L${first} ${size.height}Z`} />
      ) : null}
      <path className={`curve ${tone}`} d={path} />
    </>
  );
}

/** Users share one height, arrivals another. */
function topOf({ unit }: PlannedLine, { lines }: PlannedLoad): number {
  return Math.max(
    1e-9,
    ...lines.filter((line) => line.unit === unit).flatMap(({ values }) => values.map((value) => value ?? 0)),
  );
}

function topWords(load: PlannedLoad): string {
  const words = (unit: PlannedLine['unit'], of: (top: number) => string) => {
    const line = load.lines.find((each) => each.unit === unit);
    return line ? [of(topOf(line, load))] : [];
  };
  return [
    ...words('users', (top) => `${numbers.count(Math.round(top))} users`),
    ...words('arrivals', (top) => `${numbers.rate(top)} arrivals/s`),
  ].join(' · ');
}
