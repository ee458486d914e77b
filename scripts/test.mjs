// npm test, npm run check-all, or node scripts/test.mjs STEP ...: runs the steps one after another, goes on after a
// failure, and ends with one line that sums up everything: "N passed, N failed".

import { addCounts, formatCounts, formatDuration, noCounts } from './lib/counts.mjs';
import { steps } from './lib/steps.mjs';

function chosenSteps(args) {
  if (args.includes('--all')) return steps.filter((step) => !step.byNameOnly);
  if (args.length === 0) return steps.filter((step) => step.always);
  return args.map((name) => {
    const step = steps.find((candidate) => candidate.name === name);
    if (!step) throw new Error(`no step "${name}"; there are: ${steps.map((each) => each.name).join(', ')}`);
    return step;
  });
}

const all = process.argv.includes('--all');

/** A step resolves to its counts; one that throws counts as one failure, with the reason printed. */
async function runStep(step) {
  console.log(`\n=== ${step.name}: ${step.title}`);
  try {
    return await step.run({ all });
  } catch (error) {
    console.error(error.message);
    return { ...noCounts, failed: 1 };
  }
}

let total = noCounts;
const summary = [];
for (const step of chosenSteps(process.argv.slice(2))) {
  const start = performance.now();
  const counts = await runStep(step);
  total = addCounts(total, counts);
  const duration = formatDuration(performance.now() - start);
  summary.push(
    `${counts.failed ? 'FAIL' : 'ok  '}  ${duration.padStart(8)}  ${step.name}: ${formatCounts(counts)}`,
  );
  if (step.name === 'setup' && counts.failed) break; // nothing else can work
}

console.log(`\n${summary.join('\n')}\n`);
// Once more at the end, where it is seen: what failed may stand thousands of lines further up.
for (const failure of total.failures) console.log(`FAILED  ${failure}`);
console.log(formatCounts(total));
process.exitCode = total.failed ? 1 : 0;
