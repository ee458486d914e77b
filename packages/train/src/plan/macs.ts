import { type Kernel, macsOf } from '@sepconv/kernels/toolkit';
import type { TrainingKernel } from './step-list.js';

/** Multiply-adds of a training step's kernel; of those that only add or choose, none. */
export function trainingMacs(kernel: TrainingKernel): number {
  switch (kernel.kind) {
    case 'weight-gradient': {
      const { images, lines, pixels, taps, rows, groups, columns } = kernel;
      const tapCount = taps.reduce((product, { count }) => product * count, 1);
      return images * lines * pixels * tapCount * rows * groups * columns;
    }
    case 'depthwise-weight-gradient':
      return kernel.images * kernel.lines * kernel.pixels * kernel.taps.length * kernel.channels;
    default:
      return macsOf(kernel as Kernel);
  }
}
