/** apps/console/src/api/schema.d.ts: the types of the API as the console calls it, from the document that a master serves. */
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';

const head = '/** Generated from the OpenAPI document by `npm run docs`; do not edit. */\n';

/** @returns source that is still to be formatted */
export async function apiTypes(document: unknown): Promise<string> {
  // Without the prose: it is in the document, and here it would only be in the way of a diff.
  const plain = JSON.parse(JSON.stringify(document, withoutProse)) as OpenAPI3;
  // A field with a default may be left out of a body.
  const nodes = await openapiTS(plain, { defaultNonNullable: false });
  return `${head}${astToString(nodes)}`;
}

const prose = new Set(['description', 'summary', 'example', 'examples']);

/** Prose is text; a field that happens to be called so is an object. */
function withoutProse(key: string, value: unknown): unknown {
  return prose.has(key) && (typeof value !== 'object' || key.startsWith('example')) ? undefined : value;
}
