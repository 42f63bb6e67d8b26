import type { Column } from './chart-source.js';

/** SVG path of the last values in a box of the given size; a missing value lifts the pen. Empty when there are none. */
export function sparkPath(values: Column, count: number, width: number, height: number): string {
  const recent = values.slice(-count);
  const top = Math.max(...recent.map((value) => value ?? 0), 0);
  if (recent.length < 2 || top === 0) return '';
  const step = width / (count - 1);
  const offset = (count - recent.length) * step;
  let path = '';
  let down = false;
  recent.forEach((value, index) => {
    if (value !== null) {
      const x = round(offset + index * step);
      const y = round(height - (value / top) * height);
      path += `${down ? 'L' : 'M'}${x} ${y}`;
    }
    down = value !== null;
  });
  return path;
}

const round = (value: number) => Math.round(value * 10) / 10;
