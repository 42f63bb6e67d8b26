// Runs once before the stack starts: puts the secrets of the fleet and of the stores where only those who need them can
// read them. A value from .env wins; without one it is made up at the first start and kept.
//
//   node docker/secrets.mjs /run/loadstar/fleet /run/loadstar/store
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [fleet = '', store = ''] = process.argv.slice(2);

/** Readable by every user of a container that mounts the folder: Redis and PostgreSQL run as users of their own. */
const mode = 0o444;

function keep(folder, name, made) {
  const file = join(folder, name);
  const kept = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const value = process.env[name] || made(kept);
  if (value !== kept) replace(file, value);
  return value;
}

/**
 * Put in place of the old file, which its own owner may not write either. Aside under a name with a dot, which
 * start.mjs passes over.
 */
function replace(file, value) {
  const aside = `${file}.new`;
  // From a start that was ended in the middle.
  rmSync(aside, { force: true });
  writeFileSync(aside, value, { mode });
  renameSync(aside, file);
}

const random = (kept) => kept || randomBytes(24).toString('base64url');

keep(fleet, 'LOADSTAR_JOIN_TOKEN', random);
const redis = encodeURIComponent(keep(store, 'REDIS_PASSWORD', random));
const postgres = encodeURIComponent(keep(store, 'POSTGRES_PASSWORD', random));
keep(store, 'REDIS_URL', () => `redis://:${redis}@redis:6379`);
keep(store, 'DATABASE_URL', () => `postgres://loadstar:${postgres}@postgres:5432/loadstar`);
