import { LoadstarError } from '@loadstar/shared';
import {
  between,
  constant,
  defineParameters,
  describeScenario,
  HttpUser,
  InterruptTaskSet,
  readScenario,
  SequentialTaskSet,
  StopUser,
  tag,
  task,
  TaskSet,
} from '../index.js';
import { pretendedUser } from '../testing/pretended-user.js';

function problemsOf(exports: Record<string, unknown>): string[] {
  try {
    readScenario(exports, 'my.ts');
  } catch (error) {
    if (error instanceof LoadstarError && error.code === 'SCENARIO_INVALID') {
      return error.fields.map(({ field, problem }) => (field ? `${field}: ${problem}` : problem));
    }
    throw error;
  }
  return [];
}

class Good extends HttpUser {
  override waitTime = constant(1);
  @task(3) async list(): Promise<void> {}
  @task() async home(): Promise<void> {}
  helper(): void {}
}

class Forum extends TaskSet {
  @task(5) read(): void {}
  @task() leave(): void {
    this.interrupt();
  }
}

const mixOf = (userClass: unknown) =>
  readScenario({ Some: userClass }).userClasses[0]!.tasks.entries.map(({ name, weight }) => [name, weight]);

describe('user classes', () => {
  test('are the exported classes with tasks, by their exported names', () => {
    const definition = readScenario({ Good, Alias: class extends Good {}, answer: 42, default: Good });
    expect(definition.userClasses.map(({ name, weight, fixedCount }) => [name, weight, fixedCount])).toEqual([
      ['Good', 1, 0],
      ['Alias', 1, 0],
    ]);
    expect(definition.userClasses[0]!.tasks).toMatchObject({ name: 'Good', kind: 'weighted' });
    expect(mixOf(Good)).toEqual([
      ['list', 3],
      ['home', 1],
    ]);
  });

  test('exported as default go by the name of the class', () => {
    expect(readScenario({ default: Good }).userClasses[0]?.name).toBe('Good');
  });

  test('marked abstract, or without tasks under an exported subclass, are base classes', () => {
    class Marked extends Good {
      static override abstract = true;
    }
    class Bare extends HttpUser {}
    class Concrete extends Bare {
      @task() go(): void {}
    }
    expect(
      readScenario({ Marked, Real: class extends Marked {}, Bare, Concrete }).userClasses.map(({ name }) => name),
    ).toEqual(['Real', 'Concrete']);
  });

  test('create users that get everything from their context', () => {
    const context = { ...pretendedUser(), data: { token: 't' } };
    const user = readScenario({ Good }).userClasses[0]!.create(context) as Good;
    expect(user).toBeInstanceOf(Good);
    expect([user.id, user.host, user.data, user.http, user.random]).toEqual([
      7,
      context.host,
      { token: 't' },
      context.http,
      context.random,
    ]);
    expect(() => user.stop()).toThrow(StopUser);
  });

  test('keep weight, fixed count and host as declared', () => {
    class Fixed extends Good {
      static override weight = 2.5;
      static override fixedCount = 3;
      static override host = 'https://example.org';
    }
    expect(readScenario({ Fixed }).userClasses[0]).toMatchObject({
      weight: 2.5,
      fixedCount: 3,
      host: 'https://example.org',
    });
  });
});

describe('tasks', () => {
  test('are inherited; an override keeps its weight, a decorated one changes it, weight 0 switches off', () => {
    class Child extends Good {
      override async list(): Promise<void> {}
      @task(7) override async home(): Promise<void> {}
      @task(0) off(): void {}
    }
    expect(mixOf(Child)).toEqual([
      ['list', 3],
      ['home', 7],
    ]);
  });

  test('can be listed without decorators, by name with weight or with task sets', () => {
    class ByName extends HttpUser {
      static override tasks = { one: 2, two: 1.5 };
      one(): void {}
      two(): void {}
    }
    class ByList extends HttpUser {
      static override tasks = ['one', ['two', 3], Forum, [Forum, 4]] as const;
      one(): void {}
      two(): void {}
    }
    expect(mixOf(ByName)).toEqual([
      ['one', 2],
      ['two', 1.5],
    ]);
    expect(mixOf(ByList)).toEqual([
      ['one', 1],
      ['two', 3],
      ['Forum', 1],
      ['Forum 2', 4],
    ]);
  });

  test('are called on their owner', async () => {
    class Calls extends HttpUser {
      @task() async go(): Promise<string> {
        await this.http.get('/here');
        return 'done';
      }
    }
    const definition = readScenario({ Calls }).userClasses[0]!;
    const context = pretendedUser();
    await expect(definition.tasks.entries[0]!.invoke!(definition.create(context))).resolves.toBe('done');
    expect(context.requests[0]).toMatchObject({ method: 'GET', path: '/here' });
  });

  test('nest: a task set is created for the user that enters it', () => {
    class Visitor extends HttpUser {
      @task(2) static forum = Forum;
      @task() home(): void {}
    }
    const definition = readScenario({ Visitor }).userClasses[0]!;
    const entry = definition.tasks.entries.find(({ name }) => name === 'forum')!;
    expect(entry).toMatchObject({ weight: 2, method: undefined, nested: { kind: 'weighted', name: 'forum' } });
    const user = definition.create(pretendedUser());
    const set = entry.nested!.create(user, user);
    expect(set).toBeInstanceOf(Forum);
    expect([set.user, set.parent, set.http]).toEqual([user, user, user.context.http]);
    expect(() => entry.nested!.entries[1]!.invoke!(set)).toThrow(InterruptTaskSet);
  });

  test('of a sequential set keep their order, and a weight repeats a step', () => {
    class Steps extends SequentialTaskSet {
      @task() first(): void {}
      @task(2) second(): void {}
      @task() third(): void {}
    }
    class Walker extends HttpUser {
      static override tasks = [Steps];
    }
    const definition = readScenario({ Walker });
    const nested = definition.userClasses[0]!.tasks.entries[0]!.nested!;
    expect(nested.kind).toBe('sequential');
    expect(nested.entries.map(({ name }) => name)).toEqual(['first', 'second', 'second', 'third']);
    expect(describeScenario(definition).userClasses[0]!.tasks[0]!.tasks.map(({ ratio }) => ratio)).toEqual([
      0.25, 0.25, 0.25, 0.25,
    ]);
  });

  test('a list decides the order of a sequence that mixes methods and sets', () => {
    class Mixed extends SequentialTaskSet {
      static override tasks = ['login', Forum, 'logout'];
      logout(): void {}
      @task() login(): void {}
    }
    class Walker extends HttpUser {
      static override tasks = [Mixed];
    }
    const names = readScenario({ Walker }).userClasses[0]!.tasks.entries[0]!.nested!.entries.map(({ name }) => name);
    expect(names).toEqual(['login', 'Forum', 'logout']);
  });

  test('can be selected by tags, also inside sets', () => {
    class Tagged extends TaskSet {
      @tag('read') @task() read(): void {}
      @tag('write', 'slow') @task() write(): void {}
    }
    class Visitor extends HttpUser {
      @tag('read') @task() list(): void {}
      @task() untagged(): void {}
      @task() static inner = Tagged;
    }
    const names = (options: object) => {
      const { entries } = readScenario({ Visitor, options }).userClasses[0]!.tasks;
      return entries.flatMap((entry) => entry.nested?.entries.map(({ name }) => `inner.${name}`) ?? [entry.name]);
    };
    expect(names({ tags: ['read'] })).toEqual(['list', 'inner.read']);
    expect(names({ excludeTags: ['slow'] })).toEqual(['list', 'untagged', 'inner.read']);
    expect(names({ tags: ['write'], excludeTags: [] })).toEqual(['inner.write']);
    expect(problemsOf({ Visitor, options: { tags: ['none'] } })).toEqual([
      'Visitor: has no task left after options.tags and options.excludeTags',
    ]);
  });
});

describe('mistakes', () => {
  test('are all told at once, with class and member', () => {
    class Wrong extends HttpUser {
      static override weight = -1;
      static override fixedCount = 1.5;
      static override host = 'localhost:5001';
      static override tasks = { lst: 1 };
      list(): void {}
    }
    class Empty extends HttpUser {}
    expect(problemsOf({ Wrong, Empty, options: { treshold: {}, stopTimeoutSeconds: -1 }, setup: 5 })).toEqual([
      'options.treshold: there is no such option (did you mean "thresholds"?); known are host, thresholds, stopTimeoutSeconds, tags, excludeTags, scenarios',
      'options.stopTimeoutSeconds: expected seconds 0..3600, not -1',
      'Wrong.weight: expected a number 0..1000000, not -1',
      'Wrong.fixedCount: expected a whole number from 0, not 1.5',
      'Wrong.host: expected a base URL with scheme and host, such as "http://localhost:5001", not "localhost:5001"',
      'Wrong.tasks: there is no method "lst" (did you mean "list"?)',
      'Wrong: has no tasks; mark methods with @task(), or write static tasks = { method: 1 } (or static abstract = true for a base class)',
      'Empty: has no tasks; mark methods with @task(), or write static tasks = { method: 1 } (or static abstract = true for a base class)',
      'setup: expected a function, not 5',
    ]);
  });

  test('the message names the file', () => {
    expect(() => readScenario({}, 'my.ts')).toThrow(
      'The scenario cannot be run: my.ts: exports no user class; write "export class MyUser extends HttpUser { … }" with at least one @task() method (the file exports nothing)',
    );
  });

  test('names from Locust are recognised', () => {
    class Ported extends Good {
      static wait_time = between(1, 2);
      static fixed_count = 3;
      on_start(): void {}
    }
    expect(problemsOf({ Ported })).toEqual([
      'Ported.wait_time: belongs to the instance: write "waitTime" without "static"',
      'Ported.fixed_count: there is no such setting (did you mean "static fixedCount"?)',
      'Ported.on_start: means nothing here (did you mean "onStart"?)',
    ]);
  });

  test('in instance fields are found before the load starts', () => {
    class Backwards extends Good {
      override waitTime = between(3, 1);
    }
    class Number_ extends Good {
      override waitTime = 3 as unknown as () => number;
    }
    class Misplaced extends Good {
      weight = 3;
    }
    class Needy extends Good {
      readonly token = (this.data as { token: string }).token;
    }
    expect(problemsOf({ Backwards, Number_, Misplaced, Needy })).toEqual([
      'Backwards: between(3, 1): the first bound is above the second',
      'Number_.waitTime: expected a wait time such as between(1, 3) or constant(2), not 3',
      'Misplaced.weight: belongs to the class: write "static weight"',
    ]);
  });

  test('of tasks: a tag alone, an empty set, a set in itself, a bad weight, a fraction in a sequence', () => {
    class Itself extends TaskSet {}
    Itself.tasks = [Itself];
    class Sequence extends SequentialTaskSet {
      @task(1.5) step(): void {}
    }
    class Wrong extends HttpUser {
      static override tasks = [class Hollow extends TaskSet {}, ['go', -2], Sequence] as never;
      @task() go(): void {}
      @tag('x') alone(): void {}
    }
    expect(problemsOf({ Wrong })).toEqual([
      'Wrong.alone: has @tag but not @task',
      'Wrong.Hollow: this task set has no tasks; mark methods with @task()',
      'Wrong.tasks: the weight of "go" must be a number 0..1000000, not -2',
      'Wrong.Sequence.step: in a sequential set a weight is a whole number 0..1000, not 1.5',
    ]);
    class Loops extends HttpUser {
      static override tasks = [Itself];
    }
    expect(problemsOf({ Loops })[0]).toMatch(/task sets are nested more than 32 deep; does a set contain itself\?$/);
  });

  test('of decorators are told where they stand', () => {
    const make = (weight: unknown) => () => task(weight as number);
    expect(make(-1)).toThrow('@task(-1): a weight is a number 0..1000000');
    expect(make('3')).toThrow('@task("3"): a weight is a number 0..1000000');
    expect(() => tag()).toThrow('@tag needs one or more names');
    expect(() => {
      class Wrong extends HttpUser {
        // @ts-expect-error the editor says so too
        @task() browse = Forum;
      }
      return Wrong;
    }).toThrow(
      '@task on "browse": it belongs on a method, on a static field that holds a TaskSet class, or on a TaskSet class',
    );
  });

  test('of exports: options under another case, a k6 default function, all weights 0, unknown executor', () => {
    expect(problemsOf({ Good, Options: {}, set_up: () => {} })).toEqual([
      'Options: means nothing here (did you mean "options"?)',
      'set_up: means nothing here (did you mean "setup"?)',
    ]);
    expect(problemsOf({ default: () => {} })[0]).toContain('(a default function, as in k6, is not run)');
    class Idle extends Good {
      static override weight = 0;
    }
    expect(problemsOf({ Idle })).toEqual(['every user class has weight 0; give at least one a weight or a fixedCount']);
    expect(problemsOf({ Good, options: { scenarios: { a: { executor: 'constant-vu' } } } })[0]).toContain(
      '(did you mean "constant-vus"?)',
    );
    expect(problemsOf({ Good, options: { thresholds: { request_failed: [] } } })[0]).toContain(
      'options.thresholds: expected metric to conditions',
    );
  });
});

test('setup, teardown and options are handed on', () => {
  const setup = () => 1;
  const teardown = () => {};
  const options = { host: 'http://localhost:5001', thresholds: { request_failed: 'rate<0.1', checks: ['rate>0.9'] } };
  const definition = readScenario({ Good, setup, teardown, options });
  expect(definition).toMatchObject({ setup, teardown, options, host: 'http://localhost:5001' });
  expect(describeScenario(definition)).toEqual({
    userClasses: [
      {
        name: 'Good',
        weight: 1,
        fixedCount: 0,
        tasks: [
          { name: 'list', ratio: 0.75, tasks: [] },
          { name: 'home', ratio: 0.25, tasks: [] },
        ],
      },
    ],
    shapes: [],
    host: 'http://localhost:5001',
    thresholds: { request_failed: ['rate<0.1'], checks: ['rate>0.9'] },
  });
});

describe('parameters', () => {
  const parameters = defineParameters({
    maxWait: { type: 'number', default: 2, min: 0 },
    mode: { type: 'string', default: 'read', choices: ['read', 'write'], description: 'What users do' },
  });
  class Patient extends HttpUser {
    override waitTime = constant(this.params(parameters).maxWait);
    @task() async act(): Promise<void> {
      const mode: 'read' | 'write' = this.params(parameters).mode;
      await this.http.get(mode);
    }
  }

  test('are declared with type and default, described, and there when a user is made', () => {
    const definition = readScenario({ Patient, parameters });
    expect(describeScenario(definition).parameters).toEqual([
      { name: 'maxWait', type: 'number', default: 2, min: 0 },
      { name: 'mode', type: 'string', default: 'read', choices: ['read', 'write'], description: 'What users do' },
    ]);
    expect(describeScenario(readScenario({ Good }))).not.toHaveProperty('parameters');
  });

  test('that are wrong are named like every other mistake', () => {
    expect(problemsOf({ Good, parameters: { a: { type: 'date' }, b: { type: 'integer', default: 'x' } } })).toEqual([
      expect.stringMatching(/^parameters\.a\.type: expected one of string/),
      'parameters.b.default: expected a value of type integer',
    ]);
    expect(problemsOf({ Good, Parameters: {} })[0]).toMatch(/did you mean "parameters"/);
  });
});
