/** A line chart as SVG: no script needed to see it, sharp in print, coloured by the page's style sheet. */
import { formatNumber } from '../format/numbers.js';
import { type Html, jsonForScript, markup } from './escape.js';
import { clockText, timeTicks, valueTicks } from './scale.js';

export interface ChartLine {
  label: string;
  /** Class in the style sheet that gives the colour. */
  colour: 'a' | 'b' | 'c' | 'bad' | 'plan';
  values: readonly (number | null)[];
  filled?: boolean;
  dashed?: boolean;
}

export interface Chart {
  id: string;
  title: string;
  unit: string;
  seconds: readonly number[];
  lines: readonly ChartLine[];
  /** Moments that something happened at, in seconds, with what it was. */
  marks?: readonly { second: number; text: string; isBad: boolean }[];
  height?: number;
}

const width = 1_000;
const margin = { top: 12, right: 14, bottom: 26, left: 58 };

/** The chart with title and legend; a sentence instead of axes when there is nothing to draw. */
export function renderChart(chart: Chart): Html {
  return markup`<figure class="chart" id="${chart.id}">
    <figcaption>
      <h3>${chart.title} <span class="unit">${chart.unit}</span></h3>
      <ul class="legend">
        ${chart.lines.map(({ label, colour, dashed }) => markup`<li class="line-${colour}${dashed ? ' dashed' : ''}"><i></i>${label}</li>`)}
      </ul>
    </figcaption>
    ${chart.seconds.length < 2 ? markup`<p class="empty">The run was too short for a chart.</p>` : renderPlot(chart)}
  </figure>`;
}

function renderPlot({ title, unit, seconds, lines, marks = [], height = 230 }: Chart): Html {
  const greatest = Math.max(0, ...lines.map(({ values }) => maximum(values)));
  const ticks = valueTicks(greatest, height < 180 ? 2 : 4);
  const top = ticks.at(-1) ?? 1;
  const [from, to] = [seconds[0] ?? 0, seconds.at(-1) ?? 1];
  const bottom = height - margin.bottom;
  const x = (second: number): number =>
    margin.left + ((second - from) / (to - from)) * (width - margin.left - margin.right);
  const y = (value: number): number => bottom - (value / top) * (bottom - margin.top);
  const xs = seconds.map(x);
  const data = {
    seconds,
    xs: xs.map(round),
    unit,
    lines: lines.map(({ label, colour, values }) => ({
      label,
      colour,
      values: values.map((v) => (v === null ? null : round(v))),
    })),
  };
  return markup`<div class="plot">
    <svg
      viewBox="0 0 ${width} ${height}"
      role="img"
      aria-label="${title}, ${unit}: greatest value ${formatNumber(greatest)}"
    >
      ${ticks.map(
        (tick) =>
          markup`<line
              class="grid"
              x1="${margin.left}"
              x2="${width - margin.right}"
              y1="${round(y(tick))}"
              y2="${round(y(tick))}"
            /><text class="tick" x="${margin.left - 9}" y="${round(y(tick) + 4)}" text-anchor="end"
              >${formatTick(tick)}</text
            >`,
      )}
      ${timeTicks(from, to).map(
        (tick) =>
          markup`<text class="tick" x="${round(x(tick))}" y="${height - 7}" text-anchor="middle"
            >${clockText(tick)}</text
          >`,
      )}
      ${marks
        .filter(({ second }) => second >= from && second <= to)
        .map(
          ({ second, text, isBad }) =>
            markup`<g class="happened${isBad ? ' bad' : ''}"
              ><title>${clockText(Math.floor(second))} ${text}</title
              ><line x1="${round(x(second))}" x2="${round(x(second))}" y1="${margin.top}" y2="${bottom}" /><circle
                cx="${round(x(second))}"
                cy="${margin.top}"
                r="3.5"
              /></g
            >`,
        )}
      ${lines.map((line) => renderLine(line, xs, y, bottom))}
      <line class="cursor" y1="${margin.top}" y2="${bottom}" x1="0" x2="0" visibility="hidden" />
    </svg>
    <div class="tip" hidden></div>
    <script type="application/json">
      ${jsonForScript(data)}
    </script>
  </div>`;
}

function renderLine(line: ChartLine, xs: readonly number[], y: (value: number) => number, bottom: number): Html {
  const area = line.filled
    ? markup`<path class="area line-${line.colour}" d="${areaPath(line.values, xs, y, bottom)}" />`
    : undefined;
  const path = linePath(line.values, xs, y);
  return markup`${area}<path class="line line-${line.colour}${line.dashed ? ' dashed' : ''}" d="${path}" />`;
}

/** A path through the values; interrupted where there is none, a dot where one stands alone. */
export function linePath(
  values: readonly (number | null)[],
  xs: readonly number[],
  y: (value: number) => number,
): string {
  let path = '';
  let drawing = false;
  values.forEach((value, index) => {
    if (value === null) {
      drawing = false;
      return;
    }
    path += `${drawing ? 'L' : 'M'}${round(xs[index] ?? 0)} ${round(y(value))}`;
    if (!drawing && (values[index + 1] ?? null) === null) path += 'h0.01';
    drawing = true;
  });
  return path;
}

function areaPath(
  values: readonly (number | null)[],
  xs: readonly number[],
  y: (value: number) => number,
  bottom: number,
): string {
  const zeroes = values.map((value) => value ?? 0);
  return `${linePath(zeroes, xs, y)}L${round(xs.at(-1) ?? 0)} ${bottom}L${round(xs[0] ?? 0)} ${bottom}Z`;
}

function maximum(values: readonly (number | null)[]): number {
  return values.reduce<number>((greatest, value) => Math.max(greatest, value ?? 0), 0);
}

function formatTick(tick: number): string {
  return tick >= 10_000 ? `${formatNumber(tick / 1_000)}k` : String(Number(tick.toPrecision(6)));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
