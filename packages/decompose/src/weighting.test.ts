import { createRandom, randomTensor, type Tensor } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { decomposeConv2d, recomposeConv2d } from './decompose-conv2d.js';
import { factorize, spectrumOf, truncate } from './factorization.js';
import { layerShapeOf, orders, sliceOf } from './layer-shape.js';
import { multiply, norm, transpose } from './linear-algebra.js';
import { createCollector, type LayerSamples } from './samples.js';
import { composeWeight } from './separable-weights.js';
import { smoothImage } from './testing/images.js';
import { convOf, imageFor, networkOf, outputOf, plainLayer } from './testing/layers.js';
import { weightingFrom } from './weighting.js';

const network = networkOf(plainLayer);
const weight = network.weights.get('conv/weight') as Tensor<'float32'>;
const bias = network.weights.get('conv/bias')!;

function samplesOf(images: readonly Tensor[], count = 64): LayerSamples {
  const collector = createCollector(convOf(network), layerShapeOf(weight.shape, 1, 'depthwise-pointwise'));
  for (const image of images) collector.add(image, outputOf(network, image), count, createRandom(1));
  return collector.finish();
}

const images = [1, 2, 3, 4].map((seed) => smoothImage(network.graph.inputs[0]!.shape, seed));
const samples = samplesOf(images);

describe.each(orders)('the weighted factorization, %s', (order) => {
  const layer = layerShapeOf(weight.shape, 1, order);
  const weightingOf = weightingFrom(samples, layer);

  /** `√Σ ‖Lᵀ·(A − Ã)·R‖²` over the slices. */
  function weightedError(approximation: Float64Array): number {
    return norm(
      Array.from({ length: layer.slices }, (_, slice) => {
        const [a, b] = [sliceOf(weight.data, layer, slice), sliceOf(approximation, layer, slice)];
        const { taps, columns } = weightingOf(slice);
        const left = multiply(
          transpose(taps, 9, 9),
          a.map((value, i) => value - b[i]!),
          9,
          9,
          layer.columns,
        );
        return norm(columns === undefined ? left : multiply(left, columns, 9, layer.columns, layer.columns));
      }),
    );
  }

  it('has the tail of its own spectrum as its error, which is less than the plain one’s', () => {
    const weighted = factorize(weight.data, layer, weightingOf);
    const plain = factorize(weight.data, layer);
    const spectrum = spectrumOf(weighted);
    for (let rank = 1; rank < layer.exactRank; rank++) {
      const [own, other] = [weighted, plain].map((f) =>
        weightedError(composeWeight(layer, truncate(f, rank))),
      );
      expect(own).toBeCloseTo(norm(spectrum.slice(rank)), 5);
      expect(own).toBeLessThan(other!);
    }
  });

  it('is exact at the exact rank', () => {
    const composed = composeWeight(
      layer,
      truncate(factorize(weight.data, layer, weightingOf), layer.exactRank),
    );
    composed.forEach((value, i) => {
      expect(value).toBeCloseTo(weight.data[i]!, 4);
    });
  });
});

describe('samples of a layer', () => {
  it('by what is corrected: weights where they help, the bias alone where there are too few', () => {
    const rich = decomposeConv2d(weight, 2, { bias, samples });
    expect(rich.method).toBe('weighted+fit');
    expect(rich.bias?.data).not.toEqual(bias.data);
    // 4 channels at rank 2 are 8 unknowns for each output, and of 16 samples 13 are fitted to.
    const poor = decomposeConv2d(weight, 2, { bias, samples: samplesOf(images.slice(0, 1), 16) });
    expect(poor.method).toBe('weighted+bias');
    // A layer without bias gets one where that helps.
    expect(decomposeConv2d(weight, 2, { samples }).bias?.shape).toEqual([12]);
    expect(decomposeConv2d(weight, 2).bias).toBeUndefined();
  });

  it('white noise asks for nothing else than the plain decomposition', () => {
    const noise = samplesOf([1, 2, 3, 4, 5, 6].map((seed) => imageFor(network, seed)));
    const plain = recomposeConv2d(decomposeConv2d(weight, 2));
    const fitted = recomposeConv2d(decomposeConv2d(weight, 2, { bias, samples: noise }));
    const apart = norm(fitted.data.map((value, i) => value - plain.data[i]!)) / norm(plain.data);
    const smooth = recomposeConv2d(decomposeConv2d(weight, 2, { bias, samples }));
    const smoothApart = norm(smooth.data.map((value, i) => value - plain.data[i]!)) / norm(plain.data);
    expect(apart).toBeLessThan(0.5 * smoothApart);
  });

  it('a channel that is always zero, and a layer that gives nothing but zeros', () => {
    const dark = images.map((image) => ({
      ...image,
      data: image.data.map((value, i) => (i % 4 === 2 ? 0 : value)),
    }));
    for (const order of orders) {
      const { outputError } = decomposeConv2d(weight, 2, { bias, order, samples: samplesOf(dark) });
      expect(outputError).toBeLessThan(0.5);
    }
    const black = {
      windows: randomTensor([5, 3, 3, 4], createRandom(1), 0, 1e-30),
      outputs: samples.outputs,
    };
    const nothing = {
      windows: { ...black.windows, data: black.windows.data.map(() => 0) },
      outputs: { ...samples.outputs, shape: [5, 12], data: new Float32Array(60) },
    };
    for (const order of orders) {
      expect(decomposeConv2d(weight, 1, { order, samples: nothing }).outputError).toBe(0);
    }
  });
});
