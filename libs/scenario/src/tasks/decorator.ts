// One function that behaves as a decorator under both decorator systems, so that a scenario works whatever the
// tsconfig of its author says. `apply` says what to note down.
import { LoadstarError } from '@loadstar/shared';
import { type Markable, markField } from './marks.js';
import type { TaskSetClass } from './task-set.js';

/** A decorator for a task method, for a static field that holds a task set class, or for a task set class itself. */
export interface TaskDecorator {
  // Standard (TC39) decorators.
  <This, Method extends (this: This) => unknown>(
    method: Method,
    context: ClassMethodDecoratorContext<This, Method>,
  ): void;
  <This, Value extends TaskSetClass>(
    value: undefined,
    context: ClassFieldDecoratorContext<This, Value> & { readonly static: true },
  ): void;
  <C extends TaskSetClass>(target: C, context?: ClassDecoratorContext): void;
  // Legacy decorators (`experimentalDecorators`).
  <Method extends () => unknown>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<Method>,
  ): void;
  (target: abstract new (...args: never[]) => unknown, key: string | symbol): void;
}

export interface DecoratorEffect {
  /** Name for errors. */
  readonly name: string;
  /** Notes on a method or a class. */
  mark(target: Markable): void;
  /** The same note for a static field. */
  readonly field: { weight?: number; tags?: readonly string[] };
}

export function decorate(effect: DecoratorEffect, args: readonly unknown[]): void {
  const [first, second, third] = args;
  if (isStandardContext(second)) decorateStandard(effect, first, second);
  else if (args.length === 1 && typeof first === 'function') effect.mark(first);
  else if (typeof first === 'object' && isDescriptor(third) && typeof third.value === 'function')
    effect.mark(third.value);
  else if (typeof first === 'function' && third === undefined && second !== undefined)
    markField(first, memberName(second), effect.field);
  else throw misplaced(effect.name, memberName(second));
}

function decorateStandard(effect: DecoratorEffect, value: unknown, context: StandardContext): void {
  if ((context.kind === 'method' && !context.static) || context.kind === 'class') {
    effect.mark(value as Markable);
  } else if (context.kind === 'field' && context.static) {
    context.addInitializer?.(function (this: unknown) {
      markField(this as Markable, String(context.name), effect.field);
    });
  } else throw misplaced(effect.name, String(context.name));
}

interface StandardContext {
  readonly kind: string;
  readonly name?: string | symbol;
  readonly static?: boolean;
  addInitializer?(initializer: (this: unknown) => void): void;
}

function isStandardContext(value: unknown): value is StandardContext {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

// Legacy decorators get the bare name, standard ones nothing usable here.
function memberName(value: unknown): string {
  return typeof value === 'string' || typeof value === 'symbol' ? String(value) : 'this place';
}

function isDescriptor(value: unknown): value is PropertyDescriptor {
  return typeof value === 'object' && value !== null && 'value' in value;
}

function misplaced(decorator: string, member: string): LoadstarError {
  return new LoadstarError('SCENARIO_INVALID', {
    detail: `@${decorator} on "${member}": it belongs on a method, on a static field that holds a TaskSet class, or on a TaskSet class`,
  });
}
