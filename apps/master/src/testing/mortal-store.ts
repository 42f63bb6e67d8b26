/**
 * A store as one master sees it: it can become unreachable for a while, or for ever when that master dies. What is
 * behind it lives on, and the next master can have it.
 */
import { LoadstarError } from '@loadstar/shared';
import type { Store } from '../store/store.js';

type Condition = 'fine' | 'unreachable' | 'dead';

export class MortalStore {
  condition: Condition = 'fine';
  /** Whether records of runs can be stored and their numbers cannot. */
  isWithoutNumbers = false;
  /** What storing and reading numbers waits for, like a disk that is slow. */
  numbersWaitFor: Promise<void> = Promise.resolve();
  readonly store: Store;

  constructor(behind: Store) {
    const { ping } = this.guard({ ping: () => behind.ping() });
    const part = <T extends object>(target: T): T => this.guard(target);
    this.store = Object.assign(Object.create(behind) as Store, {
      runs: part(behind.runs),
      numbers: this.guard(
        behind.numbers,
        () => this.isWithoutNumbers,
        () => this.numbersWaitFor,
      ),
      bundles: part(behind.bundles),
      events: part(behind.events),
      queueHold: part(behind.queueHold),
      gatherMs: behind.gatherMs,
      open: () => behind.open(),
      ping,
      close: () => Promise.resolve(),
    });
  }

  private guard<T extends object>(target: T, isAway = (): boolean => false, waitFor?: () => Promise<void>): T {
    return new Proxy(target, {
      get: (object, name) => {
        const value: unknown = Reflect.get(object, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          if (this.condition === 'dead') return new Promise(() => {});
          if (this.condition === 'unreachable' || isAway()) {
            return Promise.reject(new LoadstarError('STORE_UNAVAILABLE', { detail: 'the test took it away' }));
          }
          const call = (): unknown => Reflect.apply(value, object, args);
          return waitFor ? waitFor().then(call) : call();
        };
      },
    });
  }
}
