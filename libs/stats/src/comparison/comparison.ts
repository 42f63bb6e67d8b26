/** The types of what is said here live where all faces find them. */
export type { ComparedMetric, Comparison, ComparisonRow, ComparisonVerdict, Effect, Trend } from '@loadstar/shared';
