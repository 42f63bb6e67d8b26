import { LoadstarError, type ShapeLoad } from '@loadstar/shared';
import { ClosedLoad } from './closed-load.js';
import type { ExecutorContext, ShapeAim, ShapeTicker } from './executor.js';

/**
 * A load that the scenario's shape decides second by second. Every engine asks its own copy of the shape, for every
 * whole second of the run in order and exactly once (a late joiner catches up), so all of them come to the same plan.
 * By hand only its run time and the user classes can be changed.
 */
export class ShapeExecutor extends ClosedLoad {
  private readonly tick: ShapeTicker;
  private nextSecond = 0;
  private classes = '';

  constructor(
    context: ExecutorContext,
    private readonly load: ShapeLoad,
  ) {
    super(context, load);
    this.tick = context.shape(load.shape);
  }

  protected override moveTrack(elapsedMs: number): void {
    while (this.ended === undefined && this.nextSecond * 1000 <= elapsedMs) {
      const second = this.nextSecond++;
      const aim = this.tick(second);
      if (aim === null) this.ended = 'the shape has ended';
      else this.follow(second, aim);
    }
  }

  private follow(second: number, { users, spawnRate, userClasses }: ShapeAim): void {
    if (!(Number.isFinite(users) && users >= 0 && Number.isFinite(spawnRate) && spawnRate > 0)) {
      const detail = `the shape ${this.load.shape} gave users ${users} and spawnRate ${spawnRate} at second ${second}; users must be at least 0 and spawnRate above 0`;
      throw new LoadstarError('SCENARIO_INVALID', { detail });
    }
    this.track.change(second * 1000, this.bounded(Math.floor(users)), spawnRate);
    const classes = userClasses?.join('\n') ?? '';
    if (classes === this.classes) return;
    this.classes = classes;
    this.context.target.select({ userClasses: userClasses ?? [], classWeights: undefined });
  }
}
