import type { Finding } from './finding.js';
import { checkIds, checks, type CheckId, type Findings } from './validate.js';

/** The verdict in words. Scripts read these lines, so they stay letter by letter as the documents have them. */
export function verdictText(findings: Findings): string {
  const passed = hasPassed(findings);
  const lines = checkIds
    .filter((id) => checks[id].always || findings[id].status === 'failed')
    .flatMap((id) => [`${checks[id].icon} ${checks[id].title}: ${label(findings[id])}`, ...problemLines(findings[id])]);
  return [
    `${passed ? '✅' : '❌'} Overall Status: ${passed ? 'PASS' : 'FAIL'}`,
    ...lines,
    '',
    passed ? '🎉 Framework is ready for load testing!' : '🔧 Correct what is marked ❌, then run this again.',
  ].join('\n');
}

export function hasPassed(findings: Findings): boolean {
  return checkIds.every((id) => findings[id].status !== 'failed');
}

/** What was looked at, a line or more for each check, while it happens. */
export function detailText(id: CheckId, finding: Finding): string {
  const mark = { ok: '✔', failed: '✖', skipped: '–' }[finding.status];
  const details = finding.details.filter((detail) => detail !== finding.summary);
  return [`  ${mark} ${checks[id].title}: ${finding.summary}`, ...details.map((detail) => `      ${detail}`)].join(
    '\n',
  );
}

function label({ status, summary }: Finding): string {
  if (status === 'ok') return '✅ OK';
  return status === 'failed' ? '❌ FAIL' : `⏭️ skipped (${summary})`;
}

function problemLines({ problems }: Finding): string[] {
  return problems.flatMap(({ what, why, todo }) => [`   ❌ ${what}: ${why}`, `      → ${todo}`]);
}
