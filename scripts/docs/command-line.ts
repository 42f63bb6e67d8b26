/** docs/reference/command-line.md, from what the built command says of itself. */
import { generated } from './markdown.js';

/** @param help what `loadstar help NAME` prints, by name */
export function commandLinePage(help: Readonly<Record<string, string>>): string {
  const sections = Object.entries(help).map(
    ([name, text]) => `## loadstar ${name}\n\n\`\`\`text\n${text.trimEnd()}\n\`\`\``,
  );
  return `# Command line

${generated('the built command')}

\`npx loadstar\` inside this repository. \`npm start\` is \`loadstar start\`, \`npm run validate\` is \`loadstar validate\`; flags follow
after \`--\`. Exit codes are in the [README](../../README.md#from-the-command-line), settings by environment in
[configuration.md](configuration.md).

${sections.join('\n\n')}
`;
}

/** Names of the subcommands in the order that `loadstar --help` has them. */
export function subcommands(help: string): string[] {
  const [, list = ''] = help.split(/^Commands:\n/m);
  return [...list.matchAll(/^ {2}(\w+)/gm)].map(([, name = '']) => name).filter((name) => name !== 'help');
}
