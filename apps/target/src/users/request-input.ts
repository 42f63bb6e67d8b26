// What callers send, checked: each problem names the field and what it may be.
import { isEmail } from 'class-validator';
import type { NewUser } from './user-store.js';

export interface Refusal {
  readonly refused: string;
}

export interface Page {
  readonly page: number;
  readonly perPage: number;
}

export type Query = Readonly<Record<string, string | string[] | undefined>>;

const defaultPage = 1;
const defaultPerPage = 10;
const mostPerPage = 100;
const longestName = 200;

export function readPage(query: Query): Page | Refusal {
  const page = readWhole(query['page'], defaultPage, 1, 1_000_000_000);
  if (page === undefined) return { refused: 'page must be a whole number from 1' };
  const perPage = readWhole(query['per_page'], defaultPerPage, 1, mostPerPage);
  if (perPage === undefined) return { refused: `per_page must be a whole number 1..${mostPerPage}` };
  return { page, perPage };
}

/** @param body parsed JSON, or undefined when there was none */
export function readNewUser(body: unknown): NewUser | Refusal {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return { refused: 'the body must be a JSON object' };
  const { name, email } = body as Record<string, unknown>;
  if (name === undefined || name === null) return { refused: 'name is missing' };
  if (typeof name !== 'string') return { refused: 'name must be a text' };
  const trimmed = name.trim();
  if (trimmed === '') return { refused: 'name must not be blank' };
  if (trimmed.length > longestName) return { refused: `name must not be longer than ${longestName} characters` };
  if (email === undefined || email === null) return { name: trimmed, email: null };
  if (typeof email !== 'string' || !isEmail(email)) return { refused: 'email is not an e-mail address' };
  return { name: trimmed, email };
}

/** @returns undefined when the text is no whole number within the bounds */
export function readWhole(
  text: string | string[] | undefined,
  missing: number,
  min: number,
  max: number,
): number | undefined {
  if (text === undefined) return missing;
  if (typeof text !== 'string' || !/^\d{1,10}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= min && value <= max ? value : undefined;
}
