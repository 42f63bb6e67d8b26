import * as hdr from 'hdr-histogram-js';
import { Histogram } from '@loadstar/stats';
import { sampleReport } from '../testing/sample-report.js';
import { encodeHdr } from './hdr-encoding.js';
import { renderHlog } from './render-hlog.js';

/** Reads a log with HdrHistogram's own reader for JavaScript. */
function read(text: string) {
  const reader = new hdr.HistogramLogReader(text, 64);
  const all: hdr.Histogram[] = [];
  for (let next = reader.nextIntervalHistogram(); next; next = reader.nextIntervalHistogram())
    all.push(next as hdr.Histogram);
  return all;
}

describe('HdrHistogram log', () => {
  it('is read by HdrHistogram, slice by slice and name by name', () => {
    const { summary, details } = sampleReport(20);
    const histograms = read(renderHlog(summary, details));
    expect(histograms.reduce((sum, one) => sum + one.totalCount, 0)).toBe(summary.total.requests);
    expect(new Set(histograms.map(({ tag }) => tag)).size).toBe(summary.rows.length);
    const users = histograms.filter(({ tag }) => tag === 'GET_/users');
    const merged = hdr.build({ numberOfSignificantValueDigits: 3 });
    for (const one of users) merged.add(one);
    const row = summary.rows.find(({ method, name }) => method === 'GET' && name === '/users')!;
    expect(merged.totalCount).toBe(row.requests);
    expect(merged.getValueAtPercentile(95) / 1_000 / row.response.percentiles.p95).toBeCloseTo(1, 1);
  });

  it('gives names for the whole run when there are no slices', () => {
    const { summary, details } = sampleReport(10);
    const histograms = read(renderHlog(summary, { stats: details.stats }));
    expect(histograms).toHaveLength(summary.rows.length);
    for (const one of histograms) expect(one.totalCount).toBeGreaterThan(0);
    expect(read(renderHlog(summary, {}))).toEqual([]);
  });

  it('loses nothing: the layout is the same', () => {
    const ours = new Histogram();
    for (let value = 1; value < 2 ** 33; value = Math.ceil(value * 1.13)) ours.record(value);
    const buckets: [number, number][] = [];
    ours.forEachIndex((bucket, count) => buckets.push([bucket, count]));
    const theirs = hdr.decodeFromCompressedBase64(encodeHdr({ digits: 3, buckets, highestUs: 2 ** 36 }), 64);
    expect(theirs.totalCount).toBe(ours.count);
    for (const p of [1, 50, 90, 99.9]) {
      expect(Math.abs(theirs.getValueAtPercentile(p) / ours.percentile(p) - 1)).toBeLessThan(0.001);
    }
  });
});
