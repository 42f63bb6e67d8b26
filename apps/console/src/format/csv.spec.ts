import { csvOf } from './csv.js';

describe('CSV', () => {
  it('quotes what would break a line, and disarms what a spreadsheet would run', () => {
    expect(
      csvOf([
        { name: 'a "b", c', n: 1.5 },
        { name: '=cmd()', n: -2 },
      ]),
    ).toBe('name,n\r\n"a ""b"", c",1.5\r\n\'=cmd(),-2\r\n');
    expect(csvOf([])).toBe('\r\n');
  });
});
