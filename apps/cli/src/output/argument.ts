import { InvalidArgumentError } from 'commander';
import { z } from 'zod';

const baseUrl = z.url({ protocol: /^https?$/ });

/** Parser of a whole number within a range, for commander. */
export function whole(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`It must be a whole number ${min}..${max}.`);
    }
    return value;
  };
}

/** A share, 0 to 1, for commander. */
export function share(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1)) {
    throw new InvalidArgumentError('It must be a number from 0 to 1.');
  }
  return value;
}

/** A base URL, for commander. */
export function webAddress(text: string): string {
  if (!baseUrl.safeParse(text).success) {
    throw new InvalidArgumentError('It must be a URL such as http://localhost:8089.');
  }
  return text;
}
