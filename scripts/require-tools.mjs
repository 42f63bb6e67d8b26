// Names the programs that the tests need and this system lacks, and how to get them, before any test runs.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const tools = [
  {
    commands: [process.env.CHROMIUM_PATH, 'chromium', 'chromium-browser', 'google-chrome'],
    why: 'the browser tests',
    debian: 'chromium',
  },
];

const found = (command) => {
  if (!command) return false;
  const candidates = command.includes('/')
    ? [command]
    : (process.env.PATH ?? '').split(delimiter).map((dir) => join(dir, command));
  return candidates.some((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
};

const missing = tools.filter(({ commands }) => !commands.some(found));
if (missing.length > 0) {
  for (const { debian, why } of missing) process.stderr.write(`Missing: ${debian}, for ${why}.\n`);
  process.stderr.write(
    `\nOn Debian or Ubuntu: sudo apt-get install ${missing.map(({ debian }) => debian).join(' ')}\n` +
      `On macOS: brew install --cask chromium, then CHROMIUM_PATH="/Applications/Chromium.app/Contents/MacOS/Chromium" npm test\n`,
  );
  process.exit(1);
}
