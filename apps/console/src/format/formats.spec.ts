import { hostProblem, readAmount } from './amounts.js';
import { clockText, durationWords, momentText, readRunTime, runTimeText } from './durations.js';
import { noValue, numberFormats } from './numbers.js';

const english = numberFormats('en-GB');
const german = numberFormats('de-DE');

describe('numbers', () => {
  it('follow the locale of the reader', () => {
    expect(english.count(1234567)).toBe('1,234,567');
    expect(german.count(1234567)).toBe('1.234.567');
    expect(german.rate(12.34)).toBe('12,3');
  });

  it('never round a share that is not whole up to 100 % or down to 0 %', () => {
    expect(english.percent(0.99999)).toBe('99.9%');
    expect(english.percent(1)).toBe('100%');
    expect(english.percent(0.0000001)).toBe('0.01%');
    expect(english.percent(0)).toBe('0%');
  });

  it.each([
    [3.14159, '3.1 ms'],
    [250.4, '250 ms'],
    [1234, '1.23 s'],
    [61_000, '61.0 s'],
  ])('show %d milliseconds as %s', (value, text) => expect(english.milliseconds(value)).toBe(text));

  it.each([
    [512, '512 B'],
    [64_204_800, '64.2 MB'],
    [2_500, '2.5 kB'],
  ])('show %d bytes as %s', (value, text) => expect(english.bytes(value)).toBe(text));

  it('show a dash where there is no number', () => expect(english.milliseconds(Number.NaN)).toBe(noValue));
});

describe('run time', () => {
  it.each([
    ['20', 20],
    ['20s', 20],
    ['3m', 180],
    ['2h', 7200],
    ['1h20m', 4800],
    ['3h30m10s', 12_610],
    ['1H 20M', 4800],
    ['', null],
  ])('reads %p as %p seconds', (text, seconds) => expect(readRunTime(text)).toEqual({ seconds }));

  it.each(['x', '1d', '-5', '5m2h', '1.5h', '0', '0s'])('says what is wrong with %p', (text) => {
    expect(readRunTime(text).problem).toMatch(/like 20s|at least one second/);
  });

  it('writes what it reads', () => {
    for (const seconds of [1, 59, 60, 61, 3600, 4800, 12_610]) {
      expect(readRunTime(runTimeText(seconds))).toEqual({ seconds });
    }
    expect(runTimeText(null)).toBe('');
  });

  it('has a form in words and one as a clock', () => {
    expect(durationWords(4801)).toBe('1 hour 20 minutes 1 second');
    expect(durationWords(0)).toBe('0 seconds');
    expect(clockText(247.9)).toBe('4:07');
    expect(clockText(3723)).toBe('1:02:03');
  });

  it('leaves a moment that is not one as it came', () => expect(momentText('soon')).toBe('soon'));
});

describe('amounts', () => {
  const users = { what: 'users', whole: true, min: 1, max: 10_000 };
  const rate = { what: 'users per second', whole: false, min: 0, exclusive: true };

  it('takes both decimal marks and spaces as separators', () => {
    expect(readAmount('2.5', rate)).toEqual({ value: 2.5 });
    expect(readAmount('2,5', rate)).toEqual({ value: 2.5 });
    expect(readAmount('0.125', rate)).toEqual({ value: 0.125 });
    expect(readAmount('1 000', users)).toEqual({ value: 1000 });
  });

  it.each([
    ['', users, 'Say how many users.'],
    ['x', users, '"x" is not a number.'],
    ['-1', users, 'at least 1'],
    ['1e9', users, 'at most'],
    ['2.5', users, 'whole number'],
    ['0', rate, 'more than 0'],
    ['1,000', users, 'without separators: 1000'],
  ])('answers %p in words', (text, rules, words) => expect(readAmount(text, rules).problem).toContain(words));
});

describe('host', () => {
  it('accepts base URLs', () => {
    expect(hostProblem('http://localhost:5001')).toBeUndefined();
    expect(hostProblem(' https://example.org/base ')).toBeUndefined();
  });

  it.each([
    ['', 'Say which system'],
    ['localhost:5001', 'http://localhost:5001'],
    ['ftp://x', 'Only http://'],
    ['http://', 'not an address'],
  ])('says what is wrong with %p', (text, words) => expect(hostProblem(text)).toContain(words));
});
