/**
 * The report as one HTML file that needs nothing else: opens offline, prints, follows the reader's dark or light
 * setting, and is complete without scripts. The content security policy in it forbids every request.
 */
import type { RunSummary, SeriesPoint } from '@loadstar/stats';
import { chartScript } from './chart-script.js';
import { Html, markup } from './escape.js';
import { chartsSection } from './sections/charts.js';
import { comparisonSection } from './sections/comparison.js';
import { environmentSection } from './sections/environment.js';
import { eventsSection } from './sections/events.js';
import { capacitySection } from './sections/capacity.js';
import { figuresSection, outcomesSection } from './sections/figures.js';
import { headerSection } from './sections/header.js';
import { exceptionsSection, failuresSection } from './sections/problems.js';
import { checksSection, thresholdsSection } from './sections/rules.js';
import { statisticsSections } from './sections/statistics.js';
import { steadySection } from './sections/steady.js';
import { styles } from './styles.js';

export interface HtmlOptions {
  /** `auto` (default) follows the reader's setting. Print is always light. */
  theme?: 'light' | 'dark' | 'auto' | undefined;
}

const policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

export function renderHtml(summary: RunSummary, points: readonly SeriesPoint[], options: HtmlOptions = {}): string {
  const { meta } = summary;
  const theme = options.theme ?? 'auto';
  return markup`<!doctype html>
    <html lang="en"${theme === 'auto' ? undefined : markup` data-theme="${theme}"`}>
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="generator" content="Loadstar ${meta.loadstarVersion}" />
        <title>${meta.scenario} · ${meta.verdict ?? 'report'} · Loadstar</title>
        <style>
          ${new Html(styles)}
        </style>
      </head>
      <body>
        ${headerSection(summary)}
        <main>
          ${figuresSection(summary)} ${thresholdsSection(summary)} ${comparisonSection(summary)}
          ${capacitySection(summary)} ${chartsSection(summary, points)}
          ${outcomesSection(summary)} ${statisticsSections(summary)} ${steadySection(summary)} ${checksSection(summary)}
          ${failuresSection(summary)} ${exceptionsSection(summary)} ${eventsSection(summary)} ${environmentSection(summary)}
        </main>
        <footer>
          Written by Loadstar ${meta.loadstarVersion}. Percentiles are of merged histograms, within 0.1 %.
        </footer>
        <script>
          ${new Html(chartScript)}
        </script>
      </body>
    </html> `.text;
}
