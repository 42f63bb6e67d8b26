/**
 * Monotonic time of the machine, milliseconds: one origin for all processes on it, other than that of `Clock.nowMs`. It
 * is what a deadline has to be given in that crosses to another process, because a message may wait unread for as long
 * as its reader is stopped. Goes on while a process is stopped, stands still while the machine is suspended.
 */
export function machineNowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
