// Judges Kubernetes manifests (YAML on standard input) by the schemas that the API servers publish, as npm has them:
// every object is validated, and compiled as a literal of its type, which finds fields that no schema knows.
// Prints one problem a line.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { parseAllDocuments } from 'yaml';

const root = join(import.meta.dirname, '../..');

/** Where the model of an object lives. */
function modelOf({ apiVersion, kind }) {
  const [group] = apiVersion.split('/');
  if (group === 'monitoring.coreos.com') return `@kubernetes-models/prometheus-operator/${apiVersion}/${kind}`;
  if (group === 'keda.sh') return `@kubernetes-models/keda/${apiVersion}/${kind}`;
  // The core's own groups have short names, except those with a dot.
  return `kubernetes-models/${apiVersion}/${kind}`;
}

const objects = parseAllDocuments(readFileSync(0, 'utf8')).flatMap((document) => {
  if (document.errors.length > 0) throw document.errors[0];
  const value = document.toJS();
  return value ? [value] : [];
});
const problems = [];

for (const object of objects) {
  const model = (await import(modelOf(object)))[object.kind];
  try {
    new model(object).validate();
  } catch (error) {
    problems.push(`${object.kind} ${object.metadata?.name}: ${error.message}`);
  }
}

const file = join(root, 'rendered.ts');
const source = objects
  .map((object, index) => {
    const type = `import('${modelOf(object)}').I${object.kind}`;
    return `export const object${index}: ${type} = ${JSON.stringify(object)};`;
  })
  .join('\n');
const options = { module: ts.ModuleKind.NodeNext, strict: true, noEmit: true, skipLibCheck: true, types: [] };
const host = ts.createCompilerHost(options);
const { fileExists, readFile, getSourceFile } = host;
host.fileExists = (path) => path === file || fileExists(path);
host.readFile = (path) => (path === file ? source : readFile(path));
host.getSourceFile = (path, ...rest) =>
  path === file ? ts.createSourceFile(path, source, ts.ScriptTarget.ES2022) : getSourceFile(path, ...rest);
for (const diagnostic of ts.getPreEmitDiagnostics(ts.createProgram([file], options, host))) {
  const line = diagnostic.file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? 0;
  const { kind, metadata } = objects[line] ?? {};
  problems.push(`${kind} ${metadata?.name}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ')}`);
}
process.stdout.write(problems.map((problem) => `${problem}\n`).join(''));
