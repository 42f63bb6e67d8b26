/** Whether the store answers, for those who watch the master from outside. Asked by each scrape, so it must not hang. */
import type { Clock } from '@loadstar/shared';
import type { Store } from './store.js';

/** An answer that takes longer is none, milliseconds; a scrape that waits for it must still be in time. */
const patienceMs = 1_000;

export class StoreWatch {
  /** One question at a time, so that a store that hangs does not gather them. */
  private asked: Promise<boolean> | undefined;

  constructor(
    private readonly store: Pick<Store, 'ping'>,
    private readonly clock: Clock,
  ) {}

  isUp(): Promise<boolean> {
    this.asked ??= this.store
      .ping()
      .then(
        () => true,
        () => false,
      )
      .finally(() => {
        this.asked = undefined;
      });
    const { asked } = this;
    return new Promise((resolve) => {
      const limit = this.clock.setTimeout(() => resolve(false), patienceMs).unref();
      void asked.then((isUp) => {
        limit.cancel();
        resolve(isUp);
      });
    });
  }
}
