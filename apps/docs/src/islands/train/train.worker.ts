/** @file Trains one form away from the page. The page stops it by ending the worker. */
import { loadDigits } from './digit-data.js';
import { learn } from './learn.js';
import type { TrainReport, TrainRequest } from './protocol.js';

/** Numbers that change faster than this cannot be read. */
const reportEveryMs = 150;

const report = (message: TrainReport): void => postMessage(message);

async function train({ isSeparable, digits, epochs }: TrainRequest): Promise<void> {
  const dataset = await loadDigits(digits);
  let told = -Infinity;
  await learn(isSeparable, dataset, epochs, {
    onStep: (share, loss) => {
      if (performance.now() - told < reportEveryMs) return;
      told = performance.now();
      report({ kind: 'step', share, loss });
    },
    onEpoch: (state) => report({ kind: 'epoch', state }),
  });
  report({ kind: 'finished' });
}

self.addEventListener('message', ({ data }: MessageEvent<TrainRequest>) => {
  train(data).catch((error: unknown) => {
    report({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  });
});
