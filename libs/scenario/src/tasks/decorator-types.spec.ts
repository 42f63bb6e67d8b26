// What an author's editor says: correct scenarios type-check under either kind of decorators, mistakes do not.
import { join } from 'node:path';
import ts from 'typescript';

const repository = join(__dirname, '../../../..');
const file = join(repository, 'scenarios/types-under-test.ts');

const source = `
import { HttpUser, TaskSet, between, constant, tag, task, type Options } from 'loadstar';
class Forum extends TaskSet { @tag('x') @task leave() { this.interrupt(); } }
@task(2) class Marked extends TaskSet { @task() leave() { this.interrupt(); } }
export class Good extends HttpUser<{ token: string }> {
  static override weight = 2;
  override waitTime = between(1, 2);
  override async onStart() { await this.sleep(1); }
  @task(2) static forum = Forum;
  @tag('a') @task static marked = Marked;
  @tag('b') @task(0.5) async list() {
    const res = await this.http.post('/x', { json: { token: this.data.token }, expect: [201, 409] });
    this.check(res, { named: (r) => r.json().user.name !== '' && r.json<{ n: number }>().n > 1 });
  }
}
export class ByList extends HttpUser {
  static override tasks = [Forum, ['go', 2]] as const;
  override waitTime() { return this.random.between(1, 2); }
  go() {}
}
export class Wrong extends HttpUser {
  override waitTime = constant(1);
  @task() withArgument(arg: string) { return arg; } // wrong
  @task() field = 5; // wrong
  @task('3') weight() {} // wrong
  body() { return this.http.get('/', { json: 1 }); } // wrong
  override waittime = 1; // wrong
}
export const options: Options = { treshold: {} }; // wrong
`;

const wrongLines = source.split('\n').flatMap((line, index) => (line.endsWith('// wrong') ? [index + 1] : []));

/** Lines (from 1) of the source that TypeScript complains about. */
function complaints(experimentalDecorators: boolean): number[] {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(repository, 'scenarios/tsconfig.json'),
    { experimentalDecorators, noEmit: true },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} },
  )!;
  const host = ts.createCompilerHost(config.options);
  const getSourceFile = host.getSourceFile.bind(host);
  const fileExists = host.fileExists.bind(host);
  host.fileExists = (name) => name === file || fileExists(name);
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, source, rest[0]) : getSourceFile(name, ...rest);
  const program = ts.createProgram([file], config.options, host);
  const own = program.getSourceFile(file)!;
  const lines = ts.getPreEmitDiagnostics(program).map((diagnostic) => {
    if (diagnostic.file !== own) throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, ' '));
    return own.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line + 1;
  });
  return [...new Set(lines)].sort((a, b) => a - b);
}

test.each([
  ['standard', false],
  ['legacy', true],
])(
  'with %s decorators exactly the mistakes are marked',
  (_kind, experimental) => {
    expect(complaints(experimental)).toEqual(wrongLines);
  },
  60_000,
);
