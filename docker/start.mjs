// Entry point of the images: takes secrets from files, as Compose and Kubernetes hand them out, then becomes the app in
// the same process, so that signals reach it.
//
//   node docker/start.mjs dist/apps/master/src/main.js
//
// LOADSTAR_SECRETS names folders, with commas between. Each file in them sets the variable of its name, unless the
// environment has a value for it already.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

for (const folder of (process.env.LOADSTAR_SECRETS ?? '').split(',').filter((path) => path && existsSync(path))) {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    // Kubernetes keeps its bookkeeping in the same folder, under names with dots.
    if (!/^[A-Z][A-Z0-9_]*$/.test(name) || !statSync(file).isFile()) continue;
    process.env[name] ||= readFileSync(file, 'utf8').trim();
  }
}
await import(pathToFileURL(resolve(process.argv[2] ?? '')).href);
