/**
 * esbuild as a process that is there while something is compiled and a moment longer: left to itself it stays for as
 * long as ours, takes memory, and exchanges a sign of life with us every second.
 */
import { type Clock, systemClock, type TimerHandle } from '@loadstar/shared';
import type { BuildOptions, BuildResult } from 'esbuild';

/** The two functions of esbuild that are used here. */
export interface Esbuild {
  build<T extends BuildOptions>(options: T): Promise<BuildResult<T>>;
  /** Ends esbuild's process; the next build starts another. */
  stop(): Promise<void>;
}

/** How long it stays without work, milliseconds. Its start costs 20 ms, and scenarios are bundled one after the other. */
const keptMs = 5_000;

export class EsbuildService {
  private builds = 0;
  private leaving: TimerHandle | undefined;

  constructor(
    private readonly load: () => Promise<Esbuild>,
    private readonly clock: Clock,
  ) {}

  /** @throws what esbuild's `build` throws */
  async build<T extends BuildOptions>(options: T): Promise<BuildResult<T>> {
    const esbuild = await this.load();
    this.builds++;
    this.leaving?.cancel();
    try {
      return await esbuild.build(options);
    } finally {
      // A process that ends under a build takes the build with it.
      if (--this.builds === 0) this.leaving = this.clock.setTimeout(() => void esbuild.stop(), keptMs).unref();
    }
  }
}

// Loaded when needed: engines import bundles through the same entry and never compile.
const service = new EsbuildService(() => import('esbuild'), systemClock);

export const build = <T extends BuildOptions>(options: T): Promise<BuildResult<T>> => service.build(options);
