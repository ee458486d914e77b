// How many passed, failed, were skipped, and which failed: sums and their printed form.

export const noCounts = { passed: 0, failed: 0, skipped: 0, failures: [] };

export const addCounts = (a, b) => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
  failures: [...a.failures, ...b.failures],
});

/** A check that is either right or wrong counts as one test. */
export const oneCheck = (ok) => ({ ...noCounts, [ok ? 'passed' : 'failed']: 1 });

export function formatCounts({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`;
}

export function formatDuration(milliseconds) {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${String(Math.round(seconds % 60)).padStart(2, '0')} s`;
}
