import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validateXML } from 'xmllint-wasm';
import { sampleReport } from '../testing/sample-report.js';
import { renderJunit } from './render-junit.js';

const schema = readFileSync(join(__dirname, '../../../../test/support/schema/junit.xsd'), 'utf8');

async function problemsOf(xml: string) {
  const { errors } = await validateXML({ xml: [{ fileName: 'run.xml', contents: xml }], schema: [schema] });
  return errors.map(({ message }) => message);
}

describe('JUnit', () => {
  it('has a case for the verdict, each threshold and each check, valid by the schema', async () => {
    const { summary } = sampleReport(60);
    const xml = renderJunit(summary);
    expect(await problemsOf(xml)).toEqual([]);
    expect(xml.match(/<testcase /g)).toHaveLength(1 + summary.thresholds.length + summary.checks.length);
    expect(xml).toContain('name="request_failed: rate&lt;0.01"');
    expect(xml).toMatch(/<failure message="0\.0\d+ is not &lt; 0\.01" type="threshold">/);
    expect(xml).toMatch(/name="thresholds".*tests="4" failures="1" errors="0"/);
  });

  it('tells what could not be judged as an error, and no data as its own kind', async () => {
    const { summary } = sampleReport(3);
    const xml = renderJunit({
      ...summary,
      meta: { ...summary.meta, verdict: 'invalid', verdictReasons: ['worker w1 was overloaded'] },
      thresholds: [
        { selector: 'requests', expression: 'count>1', value: null, passed: false, reason: 'no data', missing: 'data' },
      ],
      checks: [],
    });
    expect(await problemsOf(xml)).toEqual([]);
    expect(xml).toContain('<error message="worker w1 was overloaded" type="invalid">');
    expect(xml).toContain('type="no data"');
    expect(xml).not.toContain('name="checks"');
  });

  it('stays valid whatever names and reasons hold', async () => {
    const { summary } = sampleReport(3);
    const nasty = '</testcase>&"\'<![CDATA[ \u0000\u0008\uFFFF\uD800 ]]> \n\t größe 😀';
    const xml = renderJunit({
      ...summary,
      meta: { ...summary.meta, scenario: nasty, verdictReasons: [nasty] },
      checks: [{ name: nasty, passes: 0, failures: 1 }],
    });
    expect(await problemsOf(xml)).toEqual([]);
    expect(await problemsOf(xml.replace('tests=', 'test='))).not.toEqual([]);
  });
});
