/** docs/reference/protocol.md, from the schemas that both ends read messages by. */
import { z } from 'zod';
import { catalogue } from '../../libs/protocol/src/messages/catalogue.js';
import { descriptionField } from '../../libs/protocol/src/messages/description.js';
import { shareField, wireErrorField } from '../../libs/protocol/src/messages/fields.js';
import { messageLimits } from '../../libs/protocol/src/messages/limits.js';
import { loadChangeField, planField } from '../../libs/protocol/src/messages/plan.js';
import { protocolVersion } from '../../libs/protocol/src/version.js';
import { type JsonSchema, typeOf } from './json-schema.js';
import { generated, table } from './markdown.js';

/** Parts that several payloads have, or that are long: told once. */
const parts: readonly { name: string; schema: z.ZodType }[] = [
  { name: 'plan', schema: planField },
  { name: 'change', schema: loadChangeField },
  { name: 'share', schema: shareField },
  { name: 'description', schema: descriptionField },
];

export function protocolPage(): string {
  const rows = catalogue.map(({ message, from, what }) => [`[\`${message.name}\`](#${message.name})`, from, what]);
  const sections = catalogue.map(({ message, from, what, answer }) =>
    [
      `### ${message.name}`,
      `From the ${from}. ${what}`,
      fieldsOf(message.schema),
      answer ? `Answer: ${typeOf(schemaOf(answer.schema), refer)}` : '',
    ]
      .filter((part) => part !== '')
      .join('\n\n'),
  );
  return `# Control channel

${generated('libs/protocol/src/messages')}

Workers connect to the master by Socket.IO, namespace \`/workers\` on the master's port, over WebSocket alone. Version
${protocolVersion} of the protocol; a worker that speaks another is refused (\`VERSION_SKEW\`), as is one without the join token
(\`JOIN_TOKEN_WRONG\`). Every payload is read through a closed schema with an upper bound on everything; one that does not fit
is answered with \`MALFORMED_MESSAGE\` and changes nothing. Times are milliseconds; \`bytes\` travel as binary frames. Commands
may be repeated: the worker recognises the run. What is promised when messages get lost is in
[guarantees.md](../guarantees.md).

${table(['Message', 'From', 'What for'], rows)}

## Payloads

${sections.join('\n\n')}

## Parts of payloads

${parts.map(({ name, schema }) => `### ${name}\n\n${fieldsOf(schema)}`).join('\n\n')}

## Bounds

${table(
  ['Bound', 'Value'],
  Object.entries(messageLimits).map(([name, value]) => [`\`${name}\``, value.toLocaleString('en')]),
)}
`;
}

/** What may be sent; what a reader makes of it afterwards is its own business. */
function schemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const refer = (name: string): void => {
        for (const key of Object.keys(jsonSchema)) delete (jsonSchema as Record<string, unknown>)[key];
        jsonSchema.$ref = name;
      };
      const part = parts.find((each) => each.schema !== schema && isSame(zodSchema, each.schema));
      if (part) refer(part.name);
      else if (isSame(zodSchema, wireErrorField)) refer('error');
      // The only class that travels.
      else if (zodSchema._zod.def.type === 'custom') refer('bytes');
    },
  }) as JsonSchema;
}

const isSame = (one: unknown, other: unknown): boolean => one === other;
const refer = (name: string): string => {
  if (name === 'bytes') return name;
  // The one schema that holds itself.
  if (name.startsWith('__')) return 'tasks of tasks';
  return name === 'error' ? '[error](errors.md)' : `[${name}](#${name})`;
};

function fieldsOf(schema: z.ZodType): string {
  const { properties = {}, required = [] } = schemaOf(schema);
  return table(
    ['Field', 'Type'],
    Object.entries(properties).map(([name, field]) => [
      `\`${name}\`${required.includes(name) ? '' : ' (optional)'}`,
      typeOf(field, refer),
    ]),
  );
}
