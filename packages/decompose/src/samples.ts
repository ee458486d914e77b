/** @file What a layer sees and gives: windows of its input and the outputs that belong to them, drawn from whole runs. */
import type { NodeOf } from '@sepconv/graph';
import { createTensor, formatShape, type Random, type Tensor } from '@sepconv/tensor';
import { DecomposeError } from './errors.js';
import type { LayerShape } from './layer-shape.js';

/** Sampled positions of a layer. */
export interface LayerSamples {
  /** What the window covers at each position, `[S, K_h, K_w, C_in]`, with zeros where it covers padding. */
  readonly windows: Tensor<'float32'>;
  /** What the layer gives there, its bias included, `[S, C_out]`. */
  readonly outputs: Tensor<'float32'>;
}

/**
 * Checks samples against a layer.
 *
 * @throws {DecomposeError} naming both shapes, or when a number is not finite.
 */
export function checkSamples({ windows, outputs }: LayerSamples, layer: LayerShape): void {
  const { kernelHeight, kernelWidth, channels, filters } = layer;
  const [count = 0] = windows.shape;
  const wanted = [
    [count, kernelHeight, kernelWidth, channels],
    [count, filters],
  ].map(formatShape);
  const actual = [windows, outputs].map(({ shape }) => formatShape(shape));
  if (actual[0] !== wanted[0] || actual[1] !== wanted[1]) {
    throw new DecomposeError(
      `the samples must be windows [S, K_h, K_w, C_in] of ${wanted[0]} and outputs [S, C_out] of ${wanted[1]}, but are ${actual.join(' and ')}`,
    );
  }
  if (!windows.data.every(Number.isFinite) || !outputs.data.every(Number.isFinite)) {
    throw new DecomposeError(
      'the samples hold a number that is not finite: the inputs or the weights are damaged',
    );
  }
}

/** `count` of the integers below `total`, ascending and each at most once; all of them if there are no more. */
export function drawPositions(total: number, count: number, random: Random): number[] {
  if (count >= total) return Array.from({ length: total }, (_, i) => i);
  // Floyd's algorithm: `count` draws, whatever `total` is.
  const drawn = new Set<number>();
  for (let limit = total - count; limit < total; limit++) {
    const candidate = random.integer(limit + 1);
    drawn.add(drawn.has(candidate) ? limit : candidate);
  }
  return [...drawn].sort((a, b) => a - b);
}

/** Collects samples of one layer over several runs. */
export interface SampleCollector {
  /** Takes up to `count` positions of one run: the layer's input `[N, H, W, C_in]` and output `[N, H', W', C_out]`. */
  add(input: Tensor, output: Tensor, count: number, random: Random): void;
  /** All that was taken; the collector is empty then. */
  finish(): LayerSamples;
}

/** A collector for a layer with this node's strides, dilations and padding. */
export function createCollector(node: NodeOf<'conv2d'>, layer: LayerShape): SampleCollector {
  const { kernelHeight, kernelWidth, channels, filters, taps } = layer;
  const windows: Float32Array[] = [];
  const outputs: Float32Array[] = [];
  const takeWindow = (input: Tensor, n: number, y: number, x: number, to: Float32Array): void => {
    const { strides, dilations, padding } = node.attributes;
    const [, height = 0, width = 0] = input.shape;
    for (let tap = 0; tap < taps; tap++) {
      const inputY = y * strides[0] + Math.floor(tap / kernelWidth) * dilations[0] - padding.top;
      const inputX = x * strides[1] + (tap % kernelWidth) * dilations[1] - padding.left;
      if (inputY < 0 || inputY >= height || inputX < 0 || inputX >= width) continue;
      const from = ((n * height + inputY) * width + inputX) * channels;
      to.set(input.data.subarray(from, from + channels), tap * channels);
    }
  };
  return {
    add: (input, output, count, random) => {
      const [batch = 0, height = 0, width = 0] = output.shape;
      for (const position of drawPositions(batch * height * width, count, random)) {
        const window = new Float32Array(taps * channels);
        const [y, x] = [Math.floor(position / width) % height, position % width];
        takeWindow(input, Math.floor(position / (height * width)), y, x, window);
        windows.push(window);
        outputs.push(Float32Array.from(output.data.subarray(position * filters, (position + 1) * filters)));
      }
    },
    finish: () => {
      const samples = windows.length;
      const all = {
        windows: createTensor(
          'float32',
          [samples, kernelHeight, kernelWidth, channels],
          concatenated(windows),
        ),
        outputs: createTensor('float32', [samples, filters], concatenated(outputs)),
      };
      // The parts need not live as long as the collector.
      windows.length = 0;
      outputs.length = 0;
      return all;
    },
  };
}

function concatenated(rows: readonly Float32Array[]): Float32Array {
  const length = rows[0]?.length ?? 0;
  const result = new Float32Array(length * rows.length);
  rows.forEach((row, index) => {
    result.set(row, index * length);
  });
  return result;
}
