// What the page remembers on this machine: chosen columns, profiles, habits. A browser that refuses storage, or holds
// something else under our key, only costs the memory.
import { useCallback, useState } from 'react';

const prefix = 'loadstar.';

export function recall<Value>(key: string, isValue: (value: unknown) => value is Value): Value | undefined {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(prefix + key) ?? 'null');
    return isValue(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function remember(key: string, value: unknown): void {
  try {
    localStorage.setItem(prefix + key, JSON.stringify(value));
  } catch {
    // Full or forbidden: the choice holds until the page is left.
  }
}

export const isStrings = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'string');
export const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';

/** A state that outlives the page. */
export function useRemembered<Value>(
  key: string,
  first: Value,
  isValue: (value: unknown) => value is Value,
): [Value, (value: Value) => void] {
  const [value, setValue] = useState(() => recall(key, isValue) ?? first);
  const set = useCallback(
    (next: Value) => {
      setValue(next);
      remember(key, next);
    },
    [key],
  );
  return [value, set];
}
