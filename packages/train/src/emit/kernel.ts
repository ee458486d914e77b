import { emitKernel, type KernelEmitter } from '@sepconv/kernels/toolkit';
import type { GradientKernel } from '../plan/step-list.js';
import { emitColumnSums } from './column-sums.js';
import { emitCombine } from './combine.js';
import { emitDepthwiseWeightGradient } from './depthwise-weight-gradient.js';
import { emitMask } from './mask.js';
import { emitSlope } from './slope.js';
import { emitSpread } from './spread.js';
import { emitWeightGradient } from './weight-gradient.js';

/** The code of any kernel of a training step. */
export const emitTrainingKernel: KernelEmitter<GradientKernel> = (engine, kernel, callKernel) => {
  switch (kernel.kind) {
    case 'column-sums':
      return emitColumnSums(engine, kernel);
    case 'combine':
      return emitCombine(engine, kernel);
    case 'depthwise-weight-gradient':
      return emitDepthwiseWeightGradient(engine, kernel);
    case 'mask':
      return emitMask(kernel);
    case 'slope':
      return emitSlope(engine, kernel);
    case 'spread':
      return emitSpread(kernel);
    case 'weight-gradient':
      return emitWeightGradient(engine, kernel);
    default:
      return emitKernel(engine, kernel, callKernel);
  }
};
