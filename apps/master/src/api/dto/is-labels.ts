import { registerDecorator } from 'class-validator';

const mostLabels = 32;

/** Labels as workers can carry them: name and value as text, both without `,` and `=`. */
export function IsLabels(): PropertyDecorator {
  return (target, propertyName) => {
    registerDecorator({
      name: 'isLabels',
      target: target.constructor,
      propertyName: String(propertyName),
      validator: {
        validate: isLabels,
        defaultMessage: ({ property = '' } = { property: '' } as never) =>
          `${property} must be at most ${mostLabels} labels such as {"zone": "eu"}, names of letters, digits and . _ -`,
      },
    });
  };
}

function isLabels(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const pairs = Object.entries(value);
  return (
    pairs.length <= mostLabels &&
    pairs.every(
      ([name, text]) => /^[A-Za-z0-9._-]{1,64}$/.test(name) && typeof text === 'string' && /^[^,=]{1,100}$/.test(text),
    )
  );
}
