/**
 * Keeps scenario code that never really waits from starving the event loop. Iterations that end without I/O continue as
 * microtasks, which run before any socket or timer; after a number of them one turn of the loop is forced.
 */
const iterationsPerTurn = 200;

export class TurnGuard {
  private iterations = 0;
  /** Turns that the loop had made when this last looked. */
  private turnsSeen = 0;
  private turn: Promise<void> | undefined;

  /** Counts an iteration of any user. @returns true when the loop has to be let run before the next one */
  due(): boolean {
    if (++this.iterations <= iterationsPerTurn) return false;
    const turns = globalThis.performance.nodeTiming.uvMetricsInfo.loopCount;
    if (turns === this.turnsSeen) return true;
    // It has turned by itself, as it does where users wait for answers.
    this.turnsSeen = turns;
    this.iterations = 0;
    return false;
  }

  /** Resolves in the next turn of the event loop. */
  nextTurn(): Promise<void> {
    this.turn ??= new Promise((resolve) => {
      setImmediate(() => {
        this.iterations = 0;
        this.turn = undefined;
        resolve();
      });
    });
    return this.turn;
  }
}
