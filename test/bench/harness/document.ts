/**
 * Writes results into marked sections of a Markdown file, one a case, so that a run of some cases leaves the figures of
 * the others as they are. A section begins with `<!-- bench:NAME -->` and ends with `<!-- /bench:NAME -->`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Row } from './bench-case.js';
import { commit, dayAndTime } from './machine.js';
import { markdownOf } from './table.js';

export interface Section {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly rows: readonly Row[];
}

export function writeSection(file: string, section: Section, date: Date): void {
  writeText(file, section.name, sectionText(section, date));
}

export function writeText(file: string, name: string, content: string): void {
  writeFileSync(file, replaced(readFileSync(file, 'utf8'), name, content, file));
}

function sectionText({ title, about, rows }: Section, date: Date): string {
  return `### ${title}\n\n${about}\n\n${markdownOf(rows)}\n\nMeasured ${dayAndTime(date)} at ${commit()}.`;
}

/** A section that is not there yet goes before the mark `<!-- bench:more -->`. */
function replaced(text: string, name: string, content: string, file: string): string {
  const [from, to, more] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`, '<!-- bench:more -->'];
  const whole = `${from}\n\n${content}\n\n${to}`;
  const [start, stop] = [text.indexOf(from), text.indexOf(to)];
  if (start >= 0 && stop > start) return text.slice(0, start) + whole + text.slice(stop + to.length);
  if (!text.includes(more)) throw new Error(`${file} has neither a section ${name} nor the mark ${more}`);
  return text.replace(more, () => `${whole}\n\n${more}`);
}
