/** JSON Schema, as OpenAPI and zod write it, in the words of a table cell. */

export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: unknown[];
  const?: string | number | boolean;
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: JsonSchema | boolean;
  oneOf?: JsonSchema[];
  anyOf?: JsonSchema[];
  allOf?: JsonSchema[];
  nullable?: boolean;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number | boolean;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
  pattern?: string;
  example?: unknown;
  default?: unknown;
}

const nameOf = (ref: string): string => ref.slice(ref.lastIndexOf('/') + 1);
/** From here on a bound only keeps nonsense out, and tells a reader nothing. */
const isBound = (value: number | undefined): value is number => value !== undefined && Math.abs(value) < 1e8;

/** @param refer how another schema is named, such as by a link */
export function typeOf(schema: JsonSchema, refer: (name: string) => string = (name) => name): string {
  const inner = (part: JsonSchema): string => typeOf(part, refer);
  const orNull = schema.nullable ? ' or null' : '';
  if (schema.$ref) return refer(nameOf(schema.$ref)) + orNull;
  const [only, ...others] = schema.allOf ?? [];
  if (only && others.length === 0) return inner(only) + orNull;
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return [...new Set(choices.map(inner))].join(' or ') + orNull;
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(', ') + orNull;
  if (Array.isArray(schema.type)) return schema.type.join(' or ');
  if (schema.type === 'array') return `list${within(schema.maxItems)} of ${inner(schema.items ?? {})}${orNull}`;
  if (schema.type === 'object' && typeof schema.additionalProperties === 'object') {
    return `map to ${inner(schema.additionalProperties)}${orNull}`;
  }
  if (schema.type === 'object' && schema.properties) {
    const required = new Set(schema.required);
    const fields = Object.entries(schema.properties).map(
      ([name, field]) => `${name}${required.has(name) ? '' : '?'}: ${inner(field)}`,
    );
    return `{ ${fields.join(', ')} }${orNull}`;
  }
  return `${schema.type ?? 'anything'}${boundsOf(schema)}${orNull}`;
}

const upTo = (most: number | undefined): string => (isBound(most) ? `, up to ${most}` : '');

const within = (most: number | undefined): string => (isBound(most) ? ` (up to ${most})` : '');

function boundsOf(schema: JsonSchema): string {
  const { minimum, maximum, exclusiveMinimum, maxLength, pattern } = schema;
  if (pattern !== undefined) return ` \`${pattern}\``;
  if (maxLength !== undefined) return upTo(maxLength);
  const above = exclusiveMinimum === true ? minimum : exclusiveMinimum;
  if (typeof above === 'number') return ` > ${above}${upTo(maximum)}`;
  if (isBound(minimum)) return isBound(maximum) ? ` ${minimum}..${maximum}` : ` ≥ ${minimum}`;
  return upTo(maximum);
}
