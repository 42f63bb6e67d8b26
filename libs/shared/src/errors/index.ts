export { type ErrorCode, type ErrorEntry, errorTable, ExitCode } from './table.js';
export {
  type ErrorDetails,
  type FieldProblem,
  fromWireError,
  LoadstarError,
  type Problem,
  toProblem,
  toWireError,
  type WireError,
} from './loadstar-error.js';
