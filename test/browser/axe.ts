import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

const source = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResult {
  violations: { id: string; help: string; nodes: { html: string; failureSummary?: string }[] }[];
}

/**
 * What axe finds wrong with the page as it is, by the rules of WCAG 2.2 AA and axe's own good practice: one line each,
 * ready to be compared with nothing.
 */
export async function axeFinds(page: Page, rules: 'all' | 'colours' = 'all'): Promise<string[]> {
  // As expressions, not functions: the page's security policy refuses scripts of others, and this is none of its own.
  const isThere = await page.evaluate<boolean>('"axe" in window');
  if (!isThere) await page.evaluate(source);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const runOnly =
    rules === 'all'
      ? { type: 'tag', values: tags }
      : { type: 'rule', values: ['color-contrast', 'link-in-text-block'] };
  const wishes = JSON.stringify({ runOnly, resultTypes: ['violations'] });
  const { violations } = await page.evaluate<AxeResult>(`axe.run(document, ${wishes})`);
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 160)}`));
}
