export { type ReportFile, type ReportFormat, type ReportFormatName, reportFormats } from './report-formats.js';
export { renderText } from './text/render-text.js';
export { renderLiveTable, renderSummaryTable, type TextOptions } from './text/stats-table.js';
export { renderJson } from './json/render-json.js';
export { requestsCsv } from './csv/requests-csv.js';
export { failuresCsv } from './csv/failures-csv.js';
export { exceptionsCsv } from './csv/exceptions-csv.js';
export { historyCsv } from './csv/history-csv.js';
export { type HtmlOptions, renderHtml } from './html/render-html.js';
export {
  formatBytes,
  formatCount,
  formatDuration,
  formatMs,
  formatNumber,
  formatPercent,
  formatTime,
} from './format/numbers.js';
export { renderHlog } from './hlog/render-hlog.js';
export { renderJunit } from './junit/render-junit.js';
export { comparisonBlock, renderMarkdown } from './markdown/render-markdown.js';
export { readStoredRun, type RunDetails, runReportJsonSchema, type StoredRun } from './stored/stored-run.js';
export { trendsOf } from './stored/trends.js';
export { compareStored, type LabelledRun } from './stored/compare-stored.js';
export { renderComparison } from './text/render-comparison.js';
