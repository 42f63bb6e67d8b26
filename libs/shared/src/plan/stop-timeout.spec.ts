import { chooseStopTimeoutMs } from './stop-timeout.js';

it.each([
  ['what is given, before what the file says', 2_000, 10_000, 2_000],
  ['nothing at all, when that is given', 0, 10_000, 0],
  ['what the file says, when nothing is given', undefined, 10_000, 10_000],
  ['nothing at all, when the file says so', undefined, 0, 0],
  ['five seconds, when nobody says anything', undefined, undefined, 5_000],
])('a stop leaves iterations %s', (_what, given, ofFile, expected) => {
  expect(chooseStopTimeoutMs(given, { stopTimeoutMs: ofFile })).toBe(expected);
});
