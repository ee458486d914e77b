/** @file Where the pixels lie that a depthwise convolution's code reads and writes. */
import { type DepthwiseKernel, elementBytes } from '../../plan/depthwise-conv2d.js';
import { stagedPixelBytes } from '../../plan/depthwise-staging.js';
import { storedBytes } from '../../plan/integers.js';

/** A kernel, and where the pixels lie that its code reads and writes: of all channels, or strips that are staged. */
export interface DepthwiseView extends DepthwiseKernel {
  /** Bytes from a pixel to the next. */
  readonly inputPixelBytes: number;
  readonly outputPixelBytes: number;
}

/** What a kernel's code works on; of a staged one a strip of channels. */
export function viewOf(kernel: DepthwiseKernel): DepthwiseView {
  const { staging, channels, multiplier, integers } = kernel;
  return {
    ...kernel,
    channels: staging?.channels ?? channels,
    inputPixelBytes: staging === undefined ? channels * elementBytes(kernel) : stagedPixelBytes(staging),
    outputPixelBytes: channels * multiplier * storedBytes(integers),
  };
}
