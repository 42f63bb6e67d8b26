// Reads what people type into number fields. The fields are text fields, because a browser's number field throws away
// what it cannot read, and a mistake must stay visible beside the words that explain it.

export type AmountReading = { value: number; problem?: undefined } | { problem: string };

export interface AmountRules {
  /** How the amount is called in a sentence: "users". */
  what: string;
  whole: boolean;
  /** Smallest value that is allowed; `exclusive` means it is the first that is not. */
  min: number;
  exclusive?: boolean;
  max?: number;
}

/** Digits in groups of three: `1,000`. A dot counts only where a fraction makes no sense, as in a number of users. */
const grouped = { whole: /^[1-9]\d{0,2}([,.'])\d{3}(?:\1\d{3})*$/, fraction: /^[1-9]\d{0,2}([,'])\d{3}(?:\1\d{3})*$/ };

export function readAmount(text: string, rules: AmountRules): AmountReading {
  const typed = text.trim();
  if (typed === '') return { problem: `Say how many ${rules.what}.` };
  const plain = typed.replace(/[\u00a0\u202f _]/g, '');
  if (grouped[rules.whole ? 'whole' : 'fraction'].test(typed)) {
    return {
      problem: `"${typed}" can be read in two ways. Write it without separators: ${typed.replace(/[,.']/g, '')}.`,
    };
  }
  const number = /^[+-]?\d+(?:[.,]\d+)?(?:e\d+)?$/i.test(plain) ? Number(plain.replace(',', '.')) : Number.NaN;
  if (!Number.isFinite(number)) return { problem: `"${typed}" is not a number.` };
  if (rules.whole && !Number.isInteger(number)) return { problem: 'This has to be a whole number.' };
  if (rules.exclusive ? number <= rules.min : number < rules.min) {
    return {
      problem: rules.exclusive ? `This has to be more than ${rules.min}.` : `This has to be at least ${rules.min}.`,
    };
  }
  if (rules.max !== undefined && number > rules.max) {
    return { problem: `This platform allows at most ${rules.max.toLocaleString()} ${rules.what}.` };
  }
  return { value: number };
}

/** @returns what is wrong with a base URL in words, or undefined */
export function hostProblem(text: string): string | undefined {
  const typed = text.trim();
  if (typed === '') return 'Say which system to load, such as http://localhost:5001.';
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(typed)) return `Begin with http:// or https://, such as http://${typed}.`;
  if (!/^https?:\/\//i.test(typed)) return 'Only http:// and https:// can be loaded.';
  try {
    const url = new URL(typed);
    return url.hostname === '' ? 'The host name is missing.' : undefined;
  } catch {
    return 'This is not an address a browser could open.';
  }
}
