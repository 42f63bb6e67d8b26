/** Which of several masters this one is, for those who show it; a master that is alone always leads. */
export abstract class MasterRole {
  abstract readonly isServing: boolean;
  /** Whether it is a leader that is on its way out: nobody else leads yet. */
  abstract readonly isLeaving: boolean;
  /** Where the leader is; undefined when it is this master, or when there is none. */
  abstract readonly leaderUrl: string | undefined;
  /** Number of this master among all that ever led; undefined while it has not. */
  abstract readonly epoch: number | undefined;
}
