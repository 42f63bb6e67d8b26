/** Axes: round steps, and positions of values. Pure arithmetic, so that charts can be tested without looking. */

/** A round number (1, 2, 2.5 or 5 times a power of ten) so that about `count` of it reach `greatest`. */
export function roundStep(greatest: number, count: number): number {
  const rough = greatest / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 2.5, 5].find((candidate) => candidate * power >= rough * 0.999) ?? 10;
  return factor * power;
}

/** Ticks from 0 to at least `greatest`; 0 and 1 when nothing is above 0. */
export function valueTicks(greatest: number, count = 4): number[] {
  if (!(greatest > 0) || !Number.isFinite(greatest)) return [0, 1];
  const step = roundStep(greatest, count);
  const ticks = [0];
  for (let index = 1; (ticks.at(-1) ?? 0) < greatest * 0.999; index++)
    ticks.push(Number((index * step).toPrecision(12)));
  return ticks;
}

const timeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400];

/** Ticks in seconds between two seconds, at most about `count`, on times that people use. */
export function timeTicks(from: number, to: number, count = 8): number[] {
  const step =
    timeSteps.find((candidate) => (to - from) / candidate <= count) ?? 86_400 * Math.ceil((to - from) / count / 86_400);
  const ticks: number[] = [];
  for (let tick = Math.ceil(from / step) * step; tick <= to; tick += step) ticks.push(tick);
  return ticks;
}

/** Run time as m:ss or h:mm:ss. */
export function clockText(seconds: number): string {
  const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60), seconds % 60];
  const padded = (value: number): string => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${padded(minutes)}:${padded(rest)}` : `${minutes}:${padded(rest)}`;
}
