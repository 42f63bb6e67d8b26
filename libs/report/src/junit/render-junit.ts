/**
 * JUnit XML, as continuous integration reads it: a case for the verdict, one per threshold and one per check. In the
 * form of Ant's JUnit task, the strictest one in use, so that every reader takes it.
 */
import type { RunSummary } from '@loadstar/stats';

interface Case {
  readonly name: string;
  /** failure: the target did not do what was asked · error: the run could not tell */
  readonly problem?:
    { readonly kind: 'failure' | 'error'; readonly type: string; readonly message: string } | undefined;
}

export function renderJunit(summary: RunSummary): string {
  const { meta } = summary;
  const suites: [string, Case[]][] = [
    ['verdict', [verdictCase(summary)]],
    ['thresholds', thresholdCases(summary)],
    ['checks', checkCases(summary)],
  ];
  const started = meta.startedAt.replace(/(\.\d+)?Z$/, '');
  const text = suites
    .filter(([, cases]) => cases.length > 0)
    .map(([name, cases], id) => suite(id, name, cases, meta, started))
    .join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${text}</testsuites>\n`;
}

function verdictCase({ meta }: RunSummary): Case {
  const { verdict, verdictReasons } = meta;
  const name = `verdict of ${meta.scenario}`;
  if (verdict === null || verdict === 'passed') return { name };
  const message = verdictReasons.length > 0 ? verdictReasons.join('; ') : verdict;
  return { name, problem: { kind: verdict === 'failed' ? 'failure' : 'error', type: verdict, message } };
}

function thresholdCases({ thresholds }: RunSummary): Case[] {
  return thresholds.map(({ selector, expression, passed, reason, missing }) => ({
    name: `${selector}: ${expression}`,
    problem: passed
      ? undefined
      : { kind: 'failure', type: missing === undefined ? 'threshold' : `no ${missing}`, message: reason ?? 'not met' },
  }));
}

function checkCases({ checks }: RunSummary): Case[] {
  return checks.map(({ name, passes, failures }) => ({
    name,
    problem:
      failures === 0
        ? undefined
        : { kind: 'failure', type: 'check', message: `failed ${failures} of ${passes + failures} times` },
  }));
}

function suite(id: number, name: string, cases: readonly Case[], meta: RunSummary['meta'], started: string): string {
  const counted = (kind: 'failure' | 'error'): number => cases.filter(({ problem }) => problem?.kind === kind).length;
  const seconds = (Math.round(meta.elapsedSeconds * 1_000) / 1_000).toFixed(3);
  const properties = Object.entries({
    runId: meta.runId,
    target: meta.host,
    seed: meta.seed,
    users: meta.users,
    verdict: meta.verdict ?? 'none',
    loadstar: meta.loadstarVersion,
  }).map(([key, value]) => `      <property name="${key}" value="${escapeXml(String(value))}"/>\n`);
  const scenario = escapeXml(meta.scenario) || 'run';
  return (
    `  <testsuite id="${id}" name="${name}" package="loadstar.${scenario}" timestamp="${started}" hostname="localhost" ` +
    `tests="${cases.length}" failures="${counted('failure')}" errors="${counted('error')}" skipped="0" time="${seconds}">\n` +
    `    <properties>\n${properties.join('')}    </properties>\n` +
    cases.map((one) => testCase(one, `loadstar.${scenario}.${name}`)).join('') +
    '    <system-out></system-out>\n    <system-err></system-err>\n  </testsuite>\n'
  );
}

function testCase({ name, problem }: Case, className: string): string {
  const head = `    <testcase name="${escapeXml(name)}" classname="${className}" time="0"`;
  if (problem === undefined) return `${head}/>\n`;
  const { kind, type, message } = problem;
  const text = escapeXml(message);
  return `${head}>\n      <${kind} message="${text}" type="${escapeXml(type)}">${text}</${kind}>\n    </testcase>\n`;
}

/** Names and reasons hold whatever the target sent: markup is escaped, and what XML 1.0 cannot hold at all is replaced. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;')
    .replace(/ {2,}/g, ' ')
    .trim();
}
