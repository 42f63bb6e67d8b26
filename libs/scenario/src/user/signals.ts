/**
 * Control flow as exceptions, as Locust has it: a task throws one of these to say what comes next. None of them is a
 * failure, so the engine counts no exception for them.
 */
abstract class ControlSignal extends Error {}

/** Ends this virtual user: `onStop` runs, and no other user takes its place. */
export class StopUser extends ControlSignal {
  override readonly name = 'StopUser';
}

/** Leaves the task set and hands control back to its parent. */
export class InterruptTaskSet extends ControlSignal {
  override readonly name = 'InterruptTaskSet';

  /** @param reschedule true: the parent starts its next task at once; false: it waits its wait time first */
  constructor(readonly reschedule: boolean = true) {
    super('the task set was left');
  }
}

/** Ends this iteration; the next task follows after the wait time. */
export class RescheduleTask extends ControlSignal {
  override readonly name: string = 'RescheduleTask';
}

/** Ends this iteration; the next task follows at once. */
export class RescheduleTaskImmediately extends ControlSignal {
  override readonly name = 'RescheduleTaskImmediately';
}
