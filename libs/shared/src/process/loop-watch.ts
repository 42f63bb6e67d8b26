/**
 * How often every app looks at its event loop for `nodejs_eventloop_lag_*`, milliseconds. Each look wakes the process,
 * and a platform that nobody uses should sleep; a delay that matters lasts longer. Node tells it on top of every delay.
 */
export const loopWatchMs = 50;
