/** @file Inputs to learn ranges from, and those that are held back to see what was lost. */
import type { GraphInput, Network } from '@sepconv/graph';
import { createRandom, formatShape, sameShape, type Tensor, zeros } from '@sepconv/tensor';
import type { Interval } from '@sepconv/train/quantization';
import { kindOf, QuantizeError } from './errors.js';

/** Inputs of a network by name. */
export type NamedInputs = ReadonlyMap<string, Tensor>;

/** One tensor for a network of one input, or tensors by input name. */
export type Sample = Tensor | NamedInputs;

function checkTensor({ name, shape }: GraphInput, tensor: Tensor | undefined, index: number): void {
  const isTensor = Array.isArray(tensor?.shape) && ArrayBuffer.isView(tensor.data);
  if (!isTensor || tensor.dtype !== 'float32' || !sameShape(tensor.shape, shape)) {
    const actual =
      tensor === undefined
        ? 'missing'
        : isTensor
          ? `${tensor.dtype} ${formatShape(tensor.shape)}`
          : kindOf(tensor);
    throw new QuantizeError(
      `sample ${index} must have float32 ${formatShape(shape)} for "${name}", but it is ${actual}`,
    );
  }
  const { data } = tensor;
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) {
      throw new QuantizeError(
        `sample ${index} has ${data[i]} at element ${i} of "${name}": no range has that in it, so leave the sample out`,
      );
    }
  }
}

/**
 * Samples as tensors by input name.
 *
 * @throws {QuantizeError} when there is none, or naming the first that does not fit, with both shapes.
 */
export function checkSamples({ graph }: Network, samples: readonly Sample[]): NamedInputs[] {
  if (!Array.isArray(samples))
    throw new QuantizeError(`samples must be a list of tensors, but are ${kindOf(samples)}`);
  if (samples.length === 0)
    throw new QuantizeError('there are no samples: give at least one, or leave them out');
  return (samples as readonly Sample[]).map((sample, index) => {
    if (typeof sample !== 'object' || sample === null || !('dtype' in sample || sample instanceof Map))
      throw new QuantizeError(
        `sample ${index} must be a tensor, or a map of tensors by input name, but is ${kindOf(sample)}`,
      );
    const named = 'dtype' in sample ? new Map([[graph.inputs[0]?.name ?? '', sample]]) : sample;
    for (const input of graph.inputs) checkTensor(input, named.get(input.name), index);
    return named;
  });
}

/** Samples for calibration, and others that are kept from it. */
export interface SplitSamples<Item> {
  readonly calibration: readonly Item[];
  readonly heldBack: readonly Item[];
}

/**
 * Holds back a share of the samples, spread over all of them; of a single one nothing. The same samples are split in the same way.
 *
 * @param share from 0 to below 1. Default 0.2.
 */
export function holdBack<Item>(samples: readonly Item[], share = 0.2): SplitSamples<Item> {
  if (!Array.isArray(samples)) throw new QuantizeError(`samples must be a list, but are ${kindOf(samples)}`);
  if (!(typeof share === 'number' && share >= 0 && share < 1))
    throw new QuantizeError(`the share that is held back must be from 0 to below 1, not ${String(share)}`);
  const count = Math.min(samples.length - 1, Math.round(share * samples.length));
  const isHeld = (index: number): boolean =>
    Math.floor(((index + 1) * count) / samples.length) > Math.floor((index * count) / samples.length);
  return {
    calibration: samples.filter((_, index) => !isHeld(index)),
    heldBack: samples.filter((_, index) => isHeld(index)),
  };
}

/** How many inputs are drawn where there are no samples. */
const drawnInputs = 16;

/**
 * Inputs for a network of which there are no samples: smooth fields of random numbers within a range, with as much contrast as
 * photos have, since noise from pixel to pixel is like nothing that a network has seen. What is no image is noise.
 */
export function drawSamples({ graph }: Network, { min, max }: Interval, seed: number): NamedInputs[] {
  const random = createRandom(seed);
  return Array.from(
    { length: drawnInputs },
    (_, index) =>
      new Map(
        graph.inputs.map(({ name, shape }) => {
          const tensor = zeros('float32', shape);
          const [, height = 1, width = 1, channels = 1] = shape;
          // Waves along both axes: each sample has its own lengths, so that coarse and fine structure is among them.
          const waves = Array.from({ length: 6 }, (__, k) => ({
            y: (random.next() * 2 - 1) * 2 ** ((index + k) % 6),
            x: (random.next() * 2 - 1) * 2 ** ((index + 2 * k) % 6),
            phase: random.next() * 2 * Math.PI,
            color: Array.from({ length: channels }, () => random.next() * 2 - 1),
          }));
          for (let i = 0; i < tensor.data.length; i++) {
            const [c, x, y] = [
              i % channels,
              Math.floor(i / channels) % width,
              Math.floor(i / (channels * width)) % height,
            ];
            const sum =
              shape.length === 4
                ? waves.reduce(
                    (total, wave) =>
                      total +
                      (wave.color[c] as number) *
                        Math.sin(2 * Math.PI * ((wave.y * y) / height + (wave.x * x) / width) + wave.phase),
                    0,
                  )
                : (random.next() * 2 - 1) * 3;
            tensor.data[i] = Math.min(max, Math.max(min, (min + max) / 2 + ((max - min) / 2) * (sum / 1.5)));
          }
          return [name, tensor as Tensor];
        }),
      ),
  );
}
