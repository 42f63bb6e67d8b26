// What a program of this repository says to `--help` is the comment at its head; wrong arguments are told in a line.
import { readFileSync } from 'node:fs';

/** @param {string} file TypeScript or JavaScript with a comment at its head */
export function usageOf(file) {
  const text = readFileSync(file, 'utf8');
  const block = /^\/\*\*\n([\s\S]*?)\n \*\//.exec(text)?.[1] ?? /^(?:\/\/.*\n)+/.exec(text)?.[0] ?? '';
  return block.replaceAll(/^(?: \*|\/\/) ?/gm, '').trimEnd();
}

/**
 * Runs a program unless it is asked what it does.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {() => Promise<unknown>} run
 */
export async function runOrExplain(file, args, run) {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(`${usageOf(file)}\n`);
    return;
  }
  // Who reads only the first lines, such as `head`, is no fault.
  process.stdout.on('error', ({ code }) => process.exit(code === 'EPIPE' ? 0 : 1));
  try {
    await run();
  } catch (error) {
    const isAboutArguments = String(error.code).startsWith('ERR_PARSE_ARGS') || error.message.startsWith('--');
    if (!isAboutArguments) throw error;
    process.stderr.write(`${error.message.split('. To specify')[0]}\n--help tells what there is.\n`);
    process.exitCode = 2;
  }
}
