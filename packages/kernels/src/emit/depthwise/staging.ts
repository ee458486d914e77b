/** @file The units of a staged depthwise convolution; see plan/depthwise-staging.ts. */
import { dilatedExtent } from '@sepconv/graph';
import { type DepthwiseKernel, packedDepthwiseLength } from '../../plan/depthwise-conv2d.js';
import type { Staging } from '../../plan/depthwise-staging.js';
import { floatBytes, lanes } from '../../plan/sizes.js';
import type { Code } from '../../wasm/code.js';
import { get, i32, type Local, set, v128 } from '../../wasm/instructions.js';
import { advance, minimum } from '../address.js';
import type { DepthwiseContext } from './context.js';

/** A kernel that is staged. */
export type StagedKernel = DepthwiseKernel & { readonly staging: Staging };

const vectorBytes = lanes * floatBytes;

/** Copies the strip of a row of the image into its row of scratch; `source` stands at the row, and behind it afterwards. */
function copyRow({ f, kernel }: DepthwiseContext, source: Local, target: Local, pixelBytes: number): Code {
  return f.repeat(kernel.input[1], [
    Array.from({ length: kernel.channels / lanes }, (_, v) =>
      v128.store(get(target), v128.load(get(source), v * vectorBytes), v * vectorBytes),
    ),
    advance(source, pixelBytes),
    advance(target, kernel.inputPixelBytes),
  ]);
}

/**
 * A unit, which is a strip of channels of an image: units count through strips, then images. `rows` is the code of a block of
 * output rows from the context's pointers on; it leaves the outputs behind the block's first row.
 */
export function emitStagedUnit(context: DepthwiseContext, kernel: StagedKernel, rows: Code): Code {
  const { f, firstRow, image, panels, outputs } = context;
  const { inputPixelBytes, outputPixelBytes } = context.kernel;
  const { staging, input, output, outputRows, window, strides, dilations, padding, batch, channels } = kernel;
  const [unit, , source, weights] = f.parameters as [Local, Local, Local, Local];
  const scratch = f.parameters[6] as Local;
  const [strip, image0, next, copied, target] = Array.from({ length: 5 }, () => f.local('i32')) as [
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const strips = channels / staging.channels;
  const panelBytes = (packedDepthwiseLength(kernel) / strips) * floatBytes;
  const extent = (outputRows - 1) * strides[0] + dilatedExtent(window[0], dilations[0]);
  const ofStrip = i32.mul(get(strip), i32.const(staging.channels * floatBytes));
  const startOf = (base: Local, [height, width]: readonly [number, number]): Code => {
    const start = i32.add(get(base), ofStrip);
    if (batch === 1) return start;
    return i32.add(start, i32.mul(get(image0), i32.const(height * width * channels * floatBytes)));
  };
  return [
    set(strip, batch === 1 ? get(unit) : i32.remU(get(unit), i32.const(strips))),
    batch === 1 ? [] : set(image0, i32.divU(get(unit), i32.const(strips))),
    set(next, startOf(source, input)),
    set(panels, i32.add(get(weights), i32.mul(get(strip), i32.const(panelBytes)))),
    outputs.map(({ pointer, start }) => set(pointer, startOf(start, output))),
    set(image, get(scratch)),
    set(copied, i32.const(0)),
    set(firstRow, i32.const(-padding[0])),
    f.repeat(output[0] / outputRows, [
      f.upTo(copied, minimum(i32.add(get(firstRow), i32.const(extent)), i32.const(input[0])), [
        set(
          target,
          i32.add(
            get(scratch),
            i32.mul(i32.and(get(copied), i32.const(staging.rows - 1)), i32.const(input[1] * inputPixelBytes)),
          ),
        ),
        copyRow(context, next, target, channels * floatBytes),
      ]),
      rows,
      outputs.map(({ pointer }) => advance(pointer, (outputRows - 1) * output[1] * outputPixelBytes)),
      advance(firstRow, outputRows * strides[0]),
    ]),
  ];
}
