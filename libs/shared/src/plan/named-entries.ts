/**
 * Things with a name come in two forms: an object by name, as authors write it, and a list of objects with a `name`, as
 * descriptions and plans have it.
 * @returns name and the rest of each, an empty name where there is none; undefined for anything else
 */
export function entriesOf(value: unknown): [string, unknown][] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value)) return Object.entries(value);
  return value.map((each: unknown): [string, unknown] => {
    if (typeof each !== 'object' || each === null) return ['', each];
    const { name, ...rest } = each as Record<string, unknown>;
    return [typeof name === 'string' ? name : '', rest];
  });
}
