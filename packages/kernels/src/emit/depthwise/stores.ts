/** @file The stores of a depthwise convolution: the epilogue on a block's sums, and their way into memory. */

import type { PixelBlock } from '../../plan/pixel-blocks.js';
import { floatBytes, lanes } from '../../plan/sizes.js';
import type { Code } from '../../wasm/code.js';
import { get, type Local, set, v128 } from '../../wasm/instructions.js';
import { storeSums } from '../store.js';
import { storeBytes } from '../store-bytes.js';
import type { DepthwiseContext } from './context.js';
import { interleave } from './interleave.js';

const vectorBytes = lanes * floatBytes;

/** Epilogue and stores without a channel multiplier: the sums lie as memory wants them. */
function storeChannels(context: DepthwiseContext, block: PixelBlock, inputs: number, vectors: number): Code {
  const { f, kernel, epilogue, output, addend, taps, bytes, weights } = context;
  const rowStride = kernel.outputPixelBytes;
  return Array.from({ length: kernel.outputRows }, (_, row) => {
    const sum = (pixel: number, vector: number): Local => taps.accumulator(row, pixel, 0, vector);
    const offset = row * kernel.output[1] * rowStride;
    const sums = { rows: block.pixels, vectors, columns: inputs, rowStride, offset, output, sum };
    if (bytes === undefined) return storeSums(f, { ...sums, addend }, epilogue);
    const factors = taps.weightRegisters.slice(0, vectors);
    return storeBytes({ ...sums, constants: bytes, ratios: weights, factors });
  });
}

/**
 * Epilogue and stores with a channel multiplier. V8 joins pairs of sums into wide registers only when they are stored as
 * they are: where there are pairs, the sums go to the place of the output first, multiple by multiple, and are taken from
 * the first-level cache again to be interleaved.
 */
function storeInterleaved(
  context: DepthwiseContext,
  block: PixelBlock,
  inputs: number,
  vectors: number,
): Code {
  const { f, engine, kernel, epilogue, output, addend, taps, planePointer, planes, levels } = context;
  const { channels, multiplier } = kernel;
  const pixelBytes = channels * multiplier * floatBytes;
  const outputs = inputs * multiplier;
  const throughMemory = engine.vectorsPerRegister > 1 && inputs === vectors * lanes;
  const pixels = Array.from({ length: block.pixels }, (_, pixel) => pixel);
  /** The sums of a pixel, plane by plane, with their places in its part of the output. */
  const sumsOf = (pixel: number) =>
    Array.from({ length: multiplier * vectors }, (_, i) => ({
      sum: taps.accumulator(0, pixel, Math.floor(i / vectors), i % vectors),
      plane: planes[i] as Local,
      offset: pixel * pixelBytes + i * vectorBytes,
    }));
  const spill = pixels.map((pixel) =>
    sumsOf(pixel).map(({ sum, offset }) => v128.store(get(planePointer), get(sum), offset)),
  );
  const finish = pixels.map((pixel) => {
    const sums = sumsOf(pixel);
    const refill = sums.map(({ plane, offset }) => set(plane, v128.load(get(planePointer), offset)));
    const sources = sums.map(({ sum, plane }) => (throughMemory ? plane : sum));
    const byMultiple = Array.from({ length: multiplier }, (_, m) =>
      sources.slice(m * vectors, (m + 1) * vectors),
    );
    const joined = levels(0).slice(0, sums.length);
    const stored = {
      rows: 1,
      vectors: Math.ceil(outputs / lanes),
      columns: outputs,
      rowStride: 0,
      offset: pixel * pixelBytes,
      output,
      addend,
      sum: (_: number, vector: number) => joined[vector] as Local,
    };
    return [
      throughMemory ? refill : [],
      interleave(byMultiple, joined, levels, 1),
      storeSums(f, stored, epilogue),
    ];
  });
  return [throughMemory ? spill : [], finish];
}

/** The epilogue and the stores of a block's sums of `inputs` channels. */
export function storeBlock(
  context: DepthwiseContext,
  block: PixelBlock,
  inputs: number,
  vectors: number,
): Code {
  const store = context.kernel.multiplier === 1 ? storeChannels : storeInterleaved;
  return store(context, block, inputs, vectors);
}
