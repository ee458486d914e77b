// One run of vitest on a given Node, counted from its JSON report.

import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { noCounts } from './counts.mjs';
import { run } from './run.mjs';
import { root, walk, workspacePackages } from './workspace.mjs';

const reportFolder = join(root, 'node_modules/.sepconv/reports');

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined; // vitest died before it could write one
  }
}

/** A file that fails to load has no tests to fail: it counts as one failure of its own. */
const brokenFiles = (report) =>
  report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;

/** Of each failed test its file, its name and the first line of why. */
const failuresOf = (report) =>
  report.testResults
    .filter((file) => file.status === 'failed')
    .flatMap((file) => {
      const at = relative(root, file.name);
      const failed = file.assertionResults.filter((test) => test.status === 'failed');
      if (failed.length === 0) return [`${at}: ${firstLine(file.message)}`];
      return failed.map((test) => `${at} > ${test.fullName.trim()}: ${firstLine(test.failureMessages[0])}`);
    });

const firstLine = (text = '') => text.trim().split('\n')[0];

function countReport(report, exitCode) {
  const failed = report.numFailedTests + brokenFiles(report);
  const counts = {
    passed: report.numPassedTests,
    failed,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: failuresOf(report),
  };
  // An unhandled rejection, or nothing found to run, fails the run without failing a test.
  const silentFailure = failed === 0 && (exitCode !== 0 || report.numTotalTests === 0);
  return silentFailure ? { ...counts, failed: 1 } : counts;
}

/** Runs vitest with `args` on the Node at `node`; resolves to the counts and the files that were run. */
export async function runVitest({ node, name, args = [], cwd = root, env }) {
  mkdirSync(reportFolder, { recursive: true });
  const reportPath = join(reportFolder, `${name}.json`);
  rmSync(reportPath, { force: true });
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${reportPath}`];
  const exitCode = await run(node, [vitest, 'run', ...reporters, ...args], {
    cwd,
    env,
    stdio: ['ignore', 1, 2],
  });
  const report = readReport(reportPath);
  if (!report) return { counts: { ...noCounts, failed: 1 }, files: [] };
  return {
    counts: countReport(report, exitCode),
    files: report.testResults.map((file) => relative(root, file.name)),
  };
}

/** Below this many lines of source a package is a stub that may still be without a test. */
const stubLines = 40;

/** Packages that have code but took no part in the run: their tests would have been skipped in silence. */
export function untestedPackages(testedFiles) {
  return workspacePackages()
    .filter(({ folder }) => folder.startsWith('packages/') || folder === 'apps/cli')
    .filter(({ folder }) => !testedFiles.some((file) => file.startsWith(`${folder}/`)))
    .filter(({ folder }) => countLines(`${folder}/src`) > stubLines)
    .map(({ folder }) => folder);
}

function countLines(folder) {
  let lines = 0;
  for (const path of walk(folder)) lines += readFileSync(join(root, path), 'utf8').split('\n').length;
  return lines;
}
