import { LoadstarError } from '@loadstar/shared';
import type { ShapeDefinition, ShapeFollower } from '../read/definition.js';
import { didYouMean } from '../read/did-you-mean.js';
import { shown } from '../read/problems.js';
import type { UserClass } from '../user/user.js';
import type { ShapeClass, ShapeTick } from './load-test-shape.js';

/**
 * @param userClasses exported user classes by name, which a tick may name
 */
export function readShape(
  name: string,
  shape: ShapeClass,
  userClasses: ReadonlyMap<string, UserClass>,
): ShapeDefinition {
  const create = (): ShapeFollower => {
    const follower = new shape();
    return { tick: (elapsed) => readTick(name, elapsed, follower.tick(elapsed), userClasses) };
  };
  return { name, create };
}

function readTick(shape: string, elapsed: number, tick: ShapeTick | null, userClasses: ReadonlyMap<string, UserClass>) {
  if (tick === null) return null;
  const fail = (problem: string) =>
    new LoadstarError('SCENARIO_INVALID', { detail: `${shape}.tick(${elapsed}): ${problem}` });
  // Authors of plain JavaScript get here what TypeScript would have told them.
  const answer: unknown = tick;
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) {
    throw fail(`expected { users, spawnRate }, or null to end the run, not ${shown(answer)}`);
  }
  const { users, spawnRate, userClasses: wanted } = tick;
  if (!Number.isSafeInteger(users) || users < 0) throw fail(`users must be a whole number from 0, not ${shown(users)}`);
  if (!Number.isFinite(spawnRate) || spawnRate <= 0) throw fail(`spawnRate must be above 0, not ${shown(spawnRate)}`);
  if (wanted !== undefined && !Array.isArray(wanted)) throw fail(`userClasses must be a list, not ${shown(wanted)}`);
  return { users, spawnRate, userClasses: wanted?.map((each: UserClass | string) => nameOf(each, userClasses, fail)) };
}

function nameOf(
  wanted: UserClass | string,
  userClasses: ReadonlyMap<string, UserClass>,
  fail: (problem: string) => Error,
): string {
  for (const [name, known] of userClasses) if (wanted === name || wanted === known) return name;
  const guess = typeof wanted === 'string' ? didYouMean(wanted, userClasses.keys()) : '';
  throw fail(`${shown(wanted)} is not an exported user class${guess}`);
}
