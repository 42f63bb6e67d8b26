/** What a shape will ask for, found by asking it: every engine would come to the same, second by second. */
import { LevelTrack, type ShapeCurve } from '@loadstar/shared';
import type { ShapeDefinition } from './definition.js';

/** How far ahead a shape is asked; what goes on for longer is cut there. */
const longestSeconds = 6 * 3600;
const mostValues = 241;

/** @returns undefined for a shape that throws or gives what no run could follow */
export function shapeCurve(shape: ShapeDefinition): ShapeCurve | undefined {
  const levels: number[] = [];
  let endSeconds: number | null = null;
  try {
    const follower = shape.create();
    const track = new LevelTrack();
    for (let second = 0; second <= longestSeconds; second++) {
      const aim = follower.tick(second);
      if (aim === null) {
        endSeconds = second;
        levels.push(track.usersAt(second * 1000));
        break;
      }
      if (!(aim.users >= 0 && aim.spawnRate > 0)) return undefined;
      track.change(second * 1000, Math.floor(aim.users), aim.spawnRate);
      levels.push(track.usersAt(second * 1000));
    }
  } catch {
    return undefined;
  }
  const everySeconds = Math.max(1, Math.ceil(levels.length / mostValues));
  const users = levels.filter((_level, second) => second % everySeconds === 0);
  const last = levels.at(-1);
  if (last !== undefined && (levels.length - 1) % everySeconds !== 0) users.push(last);
  return { everySeconds, users, endSeconds };
}
