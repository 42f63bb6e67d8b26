import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './apps.js';

/** The documents of this repository and what stands in their code blocks. */

const folders = ['docs', 'scenarios'];

/** All pages that people read, by path from the top. */
export function documents(): string[] {
  const pages = folders.flatMap((folder) =>
    readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.md'))
      .map((file) => join(folder, file)),
  );
  const top = readdirSync(repository).filter((file) => file.endsWith('.md'));
  return [...top, ...pages].toSorted();
}

export const readDocument = (page: string): string => readFileSync(join(repository, page), 'utf8');

/** Fenced blocks of one language (a regular expression), without their common indentation. */
export function blocks(page: string, language: string): string[] {
  const fence = new RegExp(`^( *)\`\`\`${language}\\n([^]*?)^\\1\`\`\`$`, 'gm');
  return [...readDocument(page).matchAll(fence)].map(([, indent = '', text = '']) =>
    text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
}

/** Commands of a page's shell blocks: one a line, a backslash continues it, comments are left out. */
export function commands(page: string): string[] {
  return blocks(page, '(?:ba)?sh')
    .flatMap((block) => block.replaceAll(/\\\n\s*/g, '').split('\n'))
    .map((line) => line.replace(/(^|\s)#\s.*$/, '').trim())
    .filter((line) => line !== '');
}
