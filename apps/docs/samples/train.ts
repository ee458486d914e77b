import {
  continueTraining,
  type Dataset,
  digitNetwork,
  startTraining,
} from '@sepconv/train';

// Sixteen tiny images: dark ones are of class 0, bright ones of class 1.
const pixels = Uint8Array.from(
  { length: 16 * 8 * 8 },
  (_, i) => (Math.floor(i / 64) % 2) * 200,
);
const training: Dataset = {
  shape: [8, 8, 1],
  pixels,
  labels: Int32Array.from({ length: 16 }, (_, i) => i % 2),
  classes: ['dark', 'bright'],
  normalization: { mean: 100, standardDeviation: 100 },
};
const graph = digitNetwork({ resolution: 8, classes: 2, widths: [4, 8] });
const start = startTraining(
  { graph },
  { training },
  { epochs: 20, batchSize: 8, seed: 1 },
);
const { checkpoint } = await continueTraining(start, { training });
console.log(`accuracy ${checkpoint.history.at(-1)?.accuracy}`);
// accuracy 1
