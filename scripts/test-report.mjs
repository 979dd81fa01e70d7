/**
 * A Vitest reporter that keeps what the summary of `npm test` needs: counts, each skipped test with its reason, and each
 * test that printed something. Vitest's own reporter shows progress and failures.
 */

/**
 * @typedef {object} TestReport
 * @property {number} passed
 * @property {number} failed
 * @property {{ name: string, reason: string }[]} skipped
 * @property {string[]} printed What tests wrote to the console; tests are quiet, so each counts as a failure.
 */

export class TestReporter {
  /** @type {TestReport} */
  report = { passed: 0, failed: 0, skipped: [], printed: [] };

  /** @type {import('vitest/node').Vitest | undefined} */
  #vitest;

  /** @param {import('vitest/node').Vitest} vitest */
  onInit(vitest) {
    this.#vitest = vitest;
  }

  /** @param {import('vitest').UserConsoleLog} log */
  onUserConsoleLog(log) {
    const task = log.taskId === undefined ? undefined : this.#vitest?.state.idMap.get(log.taskId);
    const place = task?.file.name ?? 'a test';
    this.report.printed.push(`${place}${task === undefined ? '' : ` > ${task.name}`} prints: ${log.content.trim()}`);
  }

  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly unknown[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    this.report.failed += unhandledErrors.length;
    for (const module of modules) {
      // A file or a suite that broke outside its tests has no failed test to show for it.
      const suites = [module, ...module.children.allSuites()];
      this.report.failed += suites.filter((suite) => suite.errors().length > 0).length;
      for (const test of module.children.allTests()) this.#count(module, test);
    }
  }

  /** @param {import('vitest/node').TestModule} module @param {import('vitest/node').TestCase} test */
  #count(module, test) {
    const result = test.result();
    if (result.state === 'passed') this.report.passed++;
    else if (result.state === 'failed') this.report.failed++;
    else {
      const note = 'note' in result ? result.note : undefined;
      const reason = note ?? 'no reason given: say it with context.skip(reason)';
      this.report.skipped.push({ name: `${module.relativeModuleId} > ${test.fullName}`, reason });
    }
  }
}
