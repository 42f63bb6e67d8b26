// Ends a test run with one plain line that counts the tests, for people and for CI.
export default class CountReporter {
  onRunComplete(_contexts, results) {
    const failedToRun = results.testResults.filter((file) => file.testExecError && file.numFailingTests === 0).length;
    const failed = results.numFailedTests + failedToRun;
    const skipped = results.numPendingTests + results.numTodoTests;
    process.stdout.write(`\n${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped\n`);
  }
}
