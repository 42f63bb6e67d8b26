/**
 * Entry of an engine process: the only place where scenario code runs. It is forked by an `EnginePool`, talks to it over
 * the IPC channel and ends with it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@loadstar/shared';
import { EngineHost } from './engine-host.js';
import type { Command, Event } from './messages.js';

const folder = mkdtempSync(join(tmpdir(), 'loadstar-engine-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const send = (event: Event): void => {
  // Without a parent there is nobody to tell; the process is about to end.
  if (process.connected) process.send?.(event, undefined, undefined, () => {});
};

const host = new EngineHost({ clock: systemClock, folder, send });

process.on('message', (command: Command) => void host.handle(command));
process.on('disconnect', () => process.exit(0));
// The parent may have died while this was loading, when nobody listened.
if (!process.connected) process.exit(0);
// Ctrl-C reaches the whole process group: the parent decides when its engines end.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('unhandledRejection', (error) => host.escaped(error));
process.on('uncaughtException', (error) => host.escaped(error));
