import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { compareRuns } from '@loadstar/stats';
import { renderJson } from '../json/render-json.js';
import { sampleCapacity } from '../testing/sample-capacity.js';
import { sampleReport } from '../testing/sample-report.js';
import { readStoredRun, runReportJsonSchema } from './stored-run.js';

const published = JSON.parse(readFileSync(join(__dirname, '../../schema/run-report.schema.json'), 'utf8')) as Record<
  string,
  unknown
>;

describe('stored runs', () => {
  it('are described by the published schema, which is up to date', () => {
    expect(JSON.parse(JSON.stringify(runReportJsonSchema()))).toEqual(published);
    const validate = new Ajv2020({ allErrors: true, strict: false }).compile(published);
    const { summary, points, details } = sampleReport(30);
    const comparison = compareRuns(
      { label: 'main', sliced: details.slices },
      { label: 'this', sliced: details.slices },
      { replicates: 200 },
    );
    const whole = { ...summary, comparison, capacity: sampleCapacity() };
    for (const text of [renderJson(summary, points), renderJson(whole, points, details)]) {
      validate(JSON.parse(text));
      expect(validate.errors).toBeNull();
    }
    expect(validate({ ...JSON.parse(renderJson(summary, points)), schema: 2 })).toBe(false);
  });

  it('read back as they were, numbers and slices too', () => {
    const { summary, points, details } = sampleReport(30);
    const again = readStoredRun(renderJson(summary, points, details), 'run.json');
    expect(again.summary).toEqual(summary);
    expect(again.points).toEqual(points);
    const rendered = renderJson(again.summary, again.points, again.details);
    expect(JSON.parse(rendered)).toEqual(JSON.parse(renderJson(summary, points, details)));
    expect(readStoredRun(renderJson(summary, points), 'run.json').details).toEqual({});
  });

  it.each([
    ['{', /run\.json is not a report of Loadstar: .*JSON/],
    ['[]', /run\.json is not a report of Loadstar/],
    ['{"schema":1}', /not a report of Loadstar: meta: /],
    ['{"schema":3}', /not a report of Loadstar: schema: /],
  ])('refuses %s with a reason', (text, problem) => {
    expect(() => readStoredRun(text, 'run.json')).toThrow(problem);
  });

  it('refuses numbers that are damaged', () => {
    const { summary, points, details } = sampleReport(3);
    const text = renderJson(summary, points, details);
    expect(() => readStoredRun(text.replace(/"snapshot": "T/, '"snapshot": "U'), 'run.json')).toThrow(/cannot be read/);
  });
});
