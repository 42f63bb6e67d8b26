/**
 * The scenarios that can be run: every file of one folder, bundled, with what it declares or why it cannot be used.
 * The master bundles and never executes; what a file declares is learned from a worker and remembered by bundle hash.
 * Files are looked at again when the folder changes, and once more at every start of a run, so that what runs is always
 * what is on disk.
 */
import { join } from 'node:path';
import {
  type Clock,
  LoadstarError,
  type Logger,
  type ScenarioDescription,
  type ScenarioView,
  type TimerHandle,
  toWireError,
} from '@loadstar/shared';
import { FolderWatch } from './folder-watch.js';
import { lookAtFolder } from './scenario-files.js';
import { findScenario } from './scenario-name.js';

/** One scenario file and all it imports, as text that a worker can load. */
export interface ScenarioBundle {
  readonly name: string;
  /** Hash of `code`, hexadecimal. */
  readonly hash: string;
  readonly code: string;
}

export interface CatalogueOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Turns a file into a bundle; throws LoadstarError SCENARIO_* with file and line. */
  readonly bundle: (file: string) => Promise<ScenarioBundle>;
}

interface Entry {
  readonly name: string;
  bundle: ScenarioBundle | undefined;
  problem: string | undefined;
}

/** Bundles and descriptions kept for hashes that no file has any more; a running run may still need them. */
const oldKept = 50;
/** Between two looks at a folder that does not tell of changes, and the least between two at one that does, milliseconds. */
const pollMs = 2_000;
/** Between two looks at a folder that tells, for what it may not have told. */
const restMs = 15_000;
/** From the first word of a change to the look: a save is several changes. */
const settleMs = 100;

export class ScenarioCatalogue {
  private entries = new Map<string, Entry>();
  private readonly bundles = new Map<string, ScenarioBundle>();
  private readonly descriptions = new Map<string, ScenarioDescription>();
  /** Why a bundle could not be loaded by a worker, by hash. */
  private readonly refusals = new Map<string, string>();
  private readonly listeners: (() => void)[] = [];
  private signature: string | undefined;
  private timer: TimerHandle | undefined;
  private refreshing: Promise<void> | undefined;
  private readonly watch = new FolderWatch(() => this.lookSoon());
  /** Whether the folder tells of changes, and whether it has. */
  private tells = false;
  private hasTold = false;
  private isClosed = false;
  /** Monotonic time of the last look, milliseconds. */
  private lookedMs = -Infinity;

  constructor(private readonly options: CatalogueOptions) {}

  /** Looks at the folder now, and from then on when it changes. */
  async open(): Promise<void> {
    await this.refresh();
    this.planLook();
  }

  close(): void {
    this.isClosed = true;
    this.timer?.cancel();
    this.watch.close();
  }

  private lookIn(delayMs: number): void {
    if (this.isClosed) return;
    this.timer?.cancel();
    this.timer = this.options.clock.setTimeout(() => void this.lookAgain(), delayMs).unref();
  }

  private lookSoon(): void {
    if (this.hasTold) return;
    this.hasTold = true;
    this.lookIn(Math.max(settleMs, this.lookedMs + pollMs - this.options.clock.nowMs()));
  }

  private async lookAgain(): Promise<void> {
    // One under way may have passed by what has changed since.
    await this.refreshing;
    this.hasTold = false;
    await this.refresh();
    this.planLook();
  }

  private planLook(): void {
    // What was told during the last look has planned the next one already, and nothing else will before that.
    if (!this.hasTold) this.lookIn(this.tells ? restMs : pollMs);
  }

  /** Calls back whenever a file was added, changed or removed. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  views(): ScenarioView[] {
    return [...this.entries.values()].map(({ name, bundle, problem }) => ({
      name,
      hash: bundle?.hash ?? '',
      description: (bundle && this.descriptions.get(bundle.hash)) ?? null,
      problem: problem ?? (bundle && this.refusals.get(bundle.hash)) ?? null,
    }));
  }

  /**
   * A scenario as it was when the folder was last looked at.
   * @param name file name within the folder, with or without its extension
   * @throws LoadstarError SCENARIO_NOT_FOUND
   */
  view(name: string): ScenarioView {
    const views = this.views();
    const found = findScenario(views, name);
    if (found) return found;
    throw new LoadstarError('SCENARIO_NOT_FOUND', { scenario: name, available: views.map((view) => view.name) });
  }

  /** Bundles of which nobody knows yet what they declare. */
  undescribed(): ScenarioBundle[] {
    return [...this.entries.values()].flatMap(({ bundle }) =>
      bundle && !this.descriptions.has(bundle.hash) && !this.refusals.has(bundle.hash) ? [bundle] : [],
    );
  }

  /**
   * Bundles a scenario as it is on disk now.
   * @param name file name within the folder, with or without its extension
   * @throws LoadstarError SCENARIO_NOT_FOUND, SCENARIO_COMPILE
   */
  async load(name: string): Promise<ScenarioBundle> {
    const { names } = await lookAtFolder(this.options.folder);
    const all = names.map((file) => ({ name: file }));
    const found = findScenario(all, name)?.name;
    if (found === undefined) throw new LoadstarError('SCENARIO_NOT_FOUND', { scenario: name, available: names });
    const { entry, error } = await this.bundleEntry(found);
    this.entries.set(found, entry);
    if (!entry.bundle) throw error;
    return entry.bundle;
  }

  bundleOf(hash: string): ScenarioBundle | undefined {
    return this.bundles.get(hash);
  }

  descriptionOf(hash: string): ScenarioDescription | undefined {
    return this.descriptions.get(hash);
  }

  /** Remembers what a worker has found in a bundle. */
  describe(hash: string, description: ScenarioDescription): void {
    this.refusals.delete(hash);
    keepNewest(this.descriptions, hash, description, oldKept + this.entries.size);
  }

  /** Remembers that a bundle cannot be loaded, and why. */
  refuse(hash: string, problem: string): void {
    keepNewest(this.refusals, hash, problem, oldKept + this.entries.size);
  }

  /** Looks at the folder and bundles again if anything changed; never throws. */
  refresh(): Promise<void> {
    this.refreshing ??= this.refreshOnce()
      .catch((error: unknown) => this.options.logger.warn({ error: toWireError(error) }, 'scenarios not refreshed'))
      .finally(() => {
        this.refreshing = undefined;
      });
    return this.refreshing;
  }

  private async refreshOnce(): Promise<void> {
    const { names, signature, folders, hasLinks } = await lookAtFolder(this.options.folder);
    this.lookedMs = this.options.clock.nowMs();
    this.tells = await this.watch.follow(hasLinks ? [] : folders);
    if (signature === this.signature) return;
    this.signature = signature;
    const entries = new Map<string, Entry>();
    for (const name of names) entries.set(name, (await this.bundleEntry(name)).entry);
    this.entries = entries;
    for (const listener of this.listeners) listener();
  }

  private async bundleEntry(name: string): Promise<{ entry: Entry; error?: unknown }> {
    try {
      const { hash, code } = await this.options.bundle(join(this.options.folder, name));
      const bundle: ScenarioBundle = { name, hash, code };
      keepNewest(this.bundles, hash, bundle, oldKept + this.entries.size);
      return { entry: { name, bundle, problem: undefined } };
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      return { entry: { name, bundle: undefined, problem }, error };
    }
  }
}

function keepNewest<T>(map: Map<string, T>, key: string, value: T, most: number): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= most) break;
    map.delete(oldest);
  }
}
