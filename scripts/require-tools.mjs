// Names the programs that the tests need and this system lacks, and how to get them, before any test runs.
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian keeps the server's programs out of the PATH, one folder a version. */
const postgresFolder = '/usr/lib/postgresql';
const postgresVersions = existsSync(postgresFolder) ? readdirSync(postgresFolder) : [];

const tools = [
  {
    commands: [process.env.CHROMIUM_PATH, 'chromium', 'chromium-browser', 'google-chrome'],
    why: 'the browser tests',
    debian: 'chromium',
  },
  {
    commands: ['postgres', ...postgresVersions.map((version) => `${postgresFolder}/${version}/bin/postgres`)],
    why: 'the tests of the store',
    debian: 'postgresql',
  },
  { commands: ['redis-server'], why: 'the tests of the queue', debian: 'redis-server' },
  { commands: ['prometheus'], why: 'the monitoring tests', debian: 'prometheus' },
  { commands: ['promtool'], why: 'the monitoring tests', debian: 'prometheus' },
  {
    commands: ['prometheus-alertmanager', 'alertmanager'],
    why: 'the monitoring tests',
    debian: 'prometheus-alertmanager',
  },
  { commands: ['amtool'], why: 'the monitoring tests', debian: 'prometheus-alertmanager' },
  {
    commands: ['prometheus-node-exporter', 'node_exporter'],
    why: 'the monitoring tests',
    debian: 'prometheus-node-exporter',
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
  for (const line of new Set(missing.map(({ debian, why }) => `Missing: ${debian}, for ${why}.\n`))) {
    process.stderr.write(line);
  }
  process.stderr.write(
    `\nOn Debian or Ubuntu: sudo apt-get install ${[...new Set(missing.map(({ debian }) => debian))].join(' ')}\n` +
      'On macOS: brew install prometheus alertmanager node_exporter, and brew install --cask chromium with\n' +
      '  CHROMIUM_PATH="/Applications/Chromium.app/Contents/MacOS/Chromium" npm test\n',
  );
  process.exit(1);
}
