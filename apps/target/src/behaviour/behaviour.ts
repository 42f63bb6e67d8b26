// How the target behaves beside answering: it works for a while, and it can be told to fail. Both are set by
// environment for all requests and by query for one, so that a scenario can provoke what it wants to see.
import type { SeededRandom } from '@loadstar/shared';
import { delayForm, type DelayRange, parseDelayRange } from '../config/delay-range.js';
import { type Query, readWhole, type Refusal } from '../users/request-input.js';

/** What one request is to suffer. */
export interface Fate {
  /** Milliseconds of simulated work before the answer. */
  readonly delayMs: number;
  /** Status of an injected fault; undefined: answer as usual. */
  readonly failStatus: number | undefined;
}

export interface FaultDefaults {
  /** 0..1 */
  readonly rate: number;
  /** 400..599 */
  readonly status: number;
}

/**
 * - `?delay_ms=` replaces the usual work: `0`, `250`, `50-100`.
 * - `?fail=503` fails with this status (400..599); with `?fail_rate=0.2` only that share of calls.
 */
export class Behaviour {
  constructor(
    private readonly random: SeededRandom,
    private readonly faults: FaultDefaults,
  ) {}

  decide(query: Query, usual: DelayRange): Fate | Refusal {
    const { delay_ms: delayText, fail, fail_rate: rateText } = query;
    const range = delayText === undefined ? usual : parseOne(delayText);
    if (!range) return { refused: `delay_ms must be ${delayForm}` };
    const status = readWhole(fail, this.faults.status, 400, 599);
    if (status === undefined) return { refused: 'fail must be a status 400..599' };
    const rate = readRate(rateText, fail === undefined ? this.faults.rate : 1);
    if (rate === undefined) return { refused: 'fail_rate must be a number 0..1' };
    const fails = rate > 0 && this.random.next() < rate;
    return { delayMs: this.draw(range), failStatus: fails ? status : undefined };
  }

  private draw({ minMs, maxMs }: DelayRange): number {
    return minMs === maxMs ? minMs : this.random.between(minMs, maxMs);
  }
}

function parseOne(text: string | string[]): DelayRange | undefined {
  return typeof text === 'string' ? parseDelayRange(text) : undefined;
}

function readRate(text: string | string[] | undefined, missing: number): number | undefined {
  if (text === undefined) return missing;
  const rate = typeof text === 'string' && text.trim() !== '' ? Number(text) : Number.NaN;
  return rate >= 0 && rate <= 1 ? rate : undefined;
}
