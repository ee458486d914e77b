// node apps/cli/test/prediction-accuracy.mjs [ENGINE]: how well this machine's times are predicted from a calibration on
// other layers. Calibrates once, profiles each network, and prints one line for each. No test runs it: it needs a quiet
// machine, and says so where the machine is busy.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../dist/bin.js', import.meta.url));
const shared = fileURLToPath(new URL('../../../../shared/models/', import.meta.url));
const files = ['mobilenet_v1_0.25_128_quant.tflite', 'mobilenet_v2_1.0_224_quant.tflite'];
const targets = [
  'mobilenet-v1',
  'mobilenet-v2',
  'mobilenet-v3-large',
  'efficientnet-b0',
  ...files.map((name) => `${shared}${name}`).filter((path) => existsSync(path)),
];
const [engine = 'auto', command = bin] = process.argv.slice(2);
const percent = (share) => `${(100 * share).toFixed(1)} %`;

console.log(
  `load ${loadavg()[0].toFixed(1)}; network, engine, predicted, measured, error, median layer, drift`,
);
for (const [index, target] of targets.entries()) {
  const args = ['profile', target, '--engine', engine, '--json', ...(index === 0 ? ['--calibrate'] : [])];
  const { stdout, stderr, status } = spawnSync(process.execPath, [command, ...args], { encoding: 'utf8' });
  if (status !== 0) {
    console.error(stderr.trim());
    process.exitCode = 1;
    continue;
  }
  const { totals, calibration, engine: used } = JSON.parse(stdout);
  const error = totals.predictedMs / totals.measuredMs - 1;
  const isGood = Math.abs(error) <= 0.15 && totals.medianLayerError <= 0.2;
  console.log(
    [
      isGood ? 'ok  ' : 'MISS',
      target.split('/').at(-1).padEnd(36),
      used.padEnd(8),
      `${totals.predictedMs.toFixed(3)} ms`,
      `${totals.measuredMs.toFixed(3)} ms`,
      percent(error).padStart(8),
      percent(totals.medianLayerError).padStart(7),
      calibration.drift.toFixed(2),
    ].join('  '),
  );
}
