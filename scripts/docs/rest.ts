/** docs/reference/rest.md, from the OpenAPI document that a built master serves at `/api-json`. */
import { type JsonSchema, typeOf } from './json-schema.js';
import { generated, table } from './markdown.js';

interface Operation {
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: JsonSchema }[];
  requestBody?: { content: Record<string, { schema?: JsonSchema }> };
  responses: Record<string, { description: string; content?: Record<string, { schema?: JsonSchema }> }>;
}

export interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema> };
}

/** Answers that any call may get, told once at the top of the page. */
const anywhere = new Set(['401', '403', '429']);
type Refer = (name: string) => string;

export function restPage({ paths, components: { schemas } }: OpenApi): string {
  // What has fields has a section below; the rest, such as lists of allowed words, is told in place.
  const refer: Refer = (name) => {
    if (name === 'ErrorCode') return '[error code](errors.md)';
    const schema = schemas[name];
    return !schema || schema.properties ? `[${name}](#${name.toLowerCase()})` : typeOf(schema, refer);
  };
  const byTag = new Map<string, [string, Operation][]>();
  for (const [path, item] of Object.entries(paths)) {
    for (const [verb, operation] of Object.entries(item)) {
      const tag = operation.tags?.[0] ?? 'Other';
      const list = byTag.get(tag) ?? [];
      byTag.set(tag, list);
      list.push([`${verb.toUpperCase()} ${path}`, operation]);
    }
  }
  const sections = [...byTag].map(
    ([tag, operations]) =>
      `## ${tag}\n\n${operations.map(([name, operation]) => section(name, operation, refer)).join('\n\n')}`,
  );
  const named = Object.entries(schemas).filter(([, { properties }]) => properties);
  return `# REST

${generated('the OpenAPI document')}

What the master on port 8089 answers. A running master has the same as Swagger UI at \`/api\` and as an OpenAPI document at
\`/api-json\`. With sign-in on, calls carry \`Authorization: Bearer TOKEN\`. Errors are problem documents (RFC 9457) with a
code of [errors.md](errors.md). Beside what is listed, any call may be answered with 401 (no valid token), 403 (the token may
not, or another site asks) or 429 (too many attempts to sign in).

${sections.join('\n\n')}

## Bodies

${named.map(([name, schema]) => `### ${name}\n\n${fieldsOf(schema, refer)}`).join('\n\n')}
`;
}

function section(name: string, operation: Operation, refer: Refer): string {
  const parts = [`### \`${name}\``, sentence(operation.summary)];
  if (operation.description) parts.push(operation.description.trim());
  const parameters = operation.parameters ?? [];
  if (parameters.length > 0) {
    parts.push(
      table(
        ['Parameter', 'In', 'Type', 'What it is'],
        parameters.map((each) => [
          `\`${each.name}\``,
          each.in,
          typeOf(each.schema ?? {}, refer),
          `${each.description ?? ''}${each.required ? '' : ' (optional)'}`,
        ]),
      ),
    );
  }
  const body = contentOf(operation.requestBody?.content, refer);
  if (body) parts.push(`Body: ${body}`);
  const answers = Object.entries(operation.responses)
    .filter(([status]) => !anywhere.has(status))
    .map(([status, { description, content }]) => {
      const isProblem = content !== undefined && 'application/problem+json' in content;
      const when = description === operation.summary ? '' : description;
      return [status, isProblem ? 'problem' : (contentOf(content, refer) ?? ''), when];
    });
  parts.push(table(['Status', 'Answer', 'When'], answers));
  return parts.filter((part) => part !== '').join('\n\n');
}

const sentence = (text = ''): string => (text === '' || /[.!?]$/.test(text) ? text : `${text}.`);

function contentOf(content: Record<string, { schema?: JsonSchema }> | undefined, refer: Refer): string | undefined {
  const kinds = Object.entries(content ?? {});
  if (kinds.length === 0) return undefined;
  return kinds.map(([type, { schema }]) => `${schema ? typeOf(schema, refer) : 'text'} (${type})`).join(' or ');
}

function fieldsOf({ properties = {}, required = [], description }: JsonSchema, refer: Refer): string {
  const fields = table(
    ['Field', 'Type', 'What it is'],
    Object.entries(properties).map(([name, field]) => [
      `\`${name}\`${required.includes(name) ? '' : ' (optional)'}`,
      typeOf(field, refer),
      field.description ?? '',
    ]),
  );
  return description ? `${description}\n\n${fields}` : fields;
}
