import fc from 'fast-check';
import { sampleReport } from '../testing/sample-report.js';
import { csvLines } from './csv.js';
import { exceptionsCsv } from './exceptions-csv.js';
import { failuresCsv } from './failures-csv.js';
import { historyCsv } from './history-csv.js';
import { requestsCsv } from './requests-csv.js';

/** A reader of RFC 4180, written for this test alone. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    row.push(match[1] === undefined ? match[2]! : match[1].replaceAll('""', '"'));
    if (match[3] === '\r\n') {
      rows.push(row);
      row = [];
    }
    if (pattern.lastIndex === text.length) break;
  }
  return rows;
}

const percentiles = '50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%';

describe('CSV in Locust’s columns', () => {
  const { summary, points } = sampleReport(5);
  const headOf = (text: string): string => text.slice(0, text.indexOf('\r\n'));

  it('has exactly its headers', () => {
    expect(headOf(requestsCsv(summary))).toBe(
      `Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response Time,Max Response Time,Average Content Size,Requests/s,Failures/s,${percentiles}`,
    );
    expect(headOf(historyCsv(points, summary.meta.startedAt))).toBe(
      `Timestamp,User Count,Type,Name,Requests/s,Failures/s,${percentiles},Total Request Count,Total Failure Count,Total Median Response Time,Total Average Response Time,Total Min Response Time,Total Max Response Time,Total Average Content Size`,
    );
    expect(headOf(failuresCsv(summary))).toBe('Method,Name,Error,Occurrences,First Seen,Last Seen');
    expect(headOf(exceptionsCsv(summary))).toBe('Count,Message,Traceback,Nodes');
  });

  it('ends the requests with the aggregated row, and every line has every column', () => {
    for (const text of [requestsCsv(summary), historyCsv(points, summary.meta.startedAt)]) {
      const [head, ...rows] = readCsv(text);
      for (const row of rows) expect(row).toHaveLength(head!.length);
    }
    const rows = readCsv(requestsCsv(summary));
    expect(rows.at(-1)!.slice(0, 3)).toEqual(['', 'Aggregated', String(summary.total.requests)]);
  });

  it('adds the history up to the totals', () => {
    const rows = readCsv(historyCsv(points, summary.meta.startedAt));
    expect(rows.at(-1)![17]).toBe(String(summary.total.requests));
    expect(rows[1]![0]).toBe(String(Date.UTC(2026, 0, 2, 3, 4, 5) / 1_000));
  });

  it('has N/A where there is no data', () => {
    const empty = sampleReport(0).summary;
    expect(readCsv(requestsCsv(empty)).at(-1)!.slice(-11)).toEqual(Array.from({ length: 11 }, () => 'N/A'));
  });
});

describe('csvLines', () => {
  it('can be read back, whatever the texts hold', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.integer()), { minLength: 1 }), (rows) => {
        const [, ...read] = readCsv(csvLines(['a', 'b'], rows));
        expect(read).toEqual(
          rows.map(([text, number]) => [/^[=+\-@\t\r]/.test(text) ? `'${text}` : text, String(number)]),
        );
      }),
    );
  });

  it.each([['=1+1'], ['+1'], ['-1'], ['@SUM(A1)'], ['\t=1'], ['\r=1']])('disarms the formula %j', (text) => {
    expect(readCsv(csvLines(['a'], [[text]]))[1]![0]).toBe(`'${text}`);
  });

  it('does not disarm numbers', () => {
    expect(csvLines(['a'], [[-1]])).toBe('a\r\n-1\r\n');
  });
});
