// What may be asked of the API, by the types that are generated from its own document: a path that is not there, a body
// that is none of its and an answer that is read wrongly do not compile.
import type { paths } from './schema.js';

export type Method = 'get' | 'post' | 'patch' | 'put' | 'delete';

/** Paths that have the method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P][M] extends { responses: object } ? P : never;
}[keyof paths] &
  string;

type Json<Content> = Content extends { content: { 'application/json': infer Body } } ? Body : never;

/** What is sent along; undefined where nothing is, or may be. */
export type BodyOf<Operation> = Operation extends { requestBody: infer Content }
  ? Json<Content>
  : Operation extends { requestBody?: infer Content }
    ? Json<NonNullable<Content>> | undefined
    : undefined;

/** What comes back when all is well. */
export type AnswerOf<Operation> = Operation extends { responses: infer Answers }
  ? { [Status in keyof Answers]: Status extends 200 | 201 | 202 ? Json<Answers[Status]> : never }[keyof Answers]
  : never;

/** Parts of the path, by their names in it. */
export type PartsOf<Operation> = Operation extends { parameters: { path: infer Parts } }
  ? { [Name in keyof Parts]: string }
  : Record<string, never>;

/** The address of a call, relative to the console, which may live below any path. */
export function addressOf(path: string, parts: Readonly<Record<string, string>>): string {
  return path.slice(1).replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(parts[name] ?? ''));
}
