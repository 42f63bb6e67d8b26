// What a case and a peer are; each is one file in its folder and is found by listing it.
import type { Spent } from './pinned-process.js';

/** A bound on a figure; the sign of the comparison is the aim's. */
export interface Aim {
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** One line of the table. */
export interface Row {
  readonly what: string;
  /** Undefined: could not be measured, and `note` says why. */
  readonly value: number | undefined;
  readonly unit: string;
  readonly digits?: number;
  /** Smallest and largest of the rounds. */
  readonly spread?: readonly [number, number] | undefined;
  readonly aim?: Aim | undefined;
  readonly note?: string | undefined;
}

export interface Settings {
  readonly rounds: number;
  /** Length of a short round. */
  readonly seconds: number;
  /** Connections of a compared run. */
  readonly users: number;
  /** Seconds that a case may wait for others to be done, and measure again. */
  readonly patience: number;
  /** For files of the run; gone afterwards. */
  readonly folder: string;
  readonly peers: readonly Peer[];
  /** Progress, for a person who waits. */
  readonly say: (text: string) => void;
}

export interface BenchCase {
  /** As in `--only`. */
  readonly name: string;
  /** Cases run and are printed in this order. */
  readonly order: number;
  readonly title: string;
  /** What is done, in a sentence or two, for the documentation. */
  readonly about: string;
  run(settings: Settings): Promise<readonly Row[]>;
}

export type Traffic = 'get' | 'json' | 'large' | 'fresh';

export interface Job {
  readonly traffic: Traffic;
  /** Scheme, host and port. */
  readonly origin: string;
  readonly path: string;
  readonly users: number;
  readonly seconds: number;
  readonly folder: string;
}

/** How a job is run by a tool, and how many answers it then says it got. */
export interface PeerRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly answers: (spent: Spent) => number;
  /** CPU seconds of the tool's start, if that is worth a row without it. */
  readonly startUp?: number;
}

export interface Peer {
  readonly name: string;
  /** What a stranger has to do to have it. */
  readonly install: string;
  installed(): boolean;
  version(): string;
  /** Undefined: the tool cannot make this traffic. */
  plan(job: Job): PeerRun | undefined;
}
