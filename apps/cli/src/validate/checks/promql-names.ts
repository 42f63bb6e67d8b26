/**
 * Which metrics a PromQL expression reads. Tells an empty panel that has nothing to show yet from one that reads a metric
 * that nobody exports.
 */
const words = new Set(['and', 'or', 'unless', 'bool', 'offset', 'inf', 'nan', 'start', 'end', 'atan2']);

/** @returns each name once, in order of appearance */
export function metricNames(expr: string): string[] {
  const bare = expr
    .replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""')
    .replaceAll(/\{[^{}]*\}/g, ' ')
    .replaceAll(/\[[^\]]*\]/g, ' ')
    // Lists of labels, and not the argument of a function.
    .replaceAll(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^()]*\)/gi, ' ')
    .replaceAll(/\b(?:group_left|group_right|by|without)\b/gi, ' ')
    // Durations and numbers, also `5m30s` and `1e9`.
    .replaceAll(/(?<![\w:])\d[\w.]*/g, ' ');
  const names = Array.from(bare.matchAll(/([A-Za-z_:][\w:]*)\s*(\()?/g))
    .filter(([, name = '', call]) => call === undefined && !words.has(name.toLowerCase()))
    .map(([, name = '']) => name);
  return [...new Set(names)];
}
