import { runReference, runReferenceNode } from '@sepconv/reference';
import { createTensor, type Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { readTflite } from '../../test/read-now.js';
import { hasShared, readShared, sharedTitle } from '../../test/shared-files.js';
import { importModel } from './import.js';
import { readModel } from './model.js';
import { floatReaders } from './ops/registry.js';
import { valueQuantization } from './range.js';

const v1 = 'mobilenet_v1_0.25_128_quant';
const v2 = 'mobilenet_v2_1.0_224_quant';

/** The image that XNNPACK was given, as the imported network wants it, and the 1001 bytes that XNNPACK gave. */
function recorded(model: string, image: string): { input: Tensor<'float32'>; output: Uint8Array } {
  const [{ shape, normalization } = { shape: [] }] = readTflite(readShared(`models/${model}.tflite`)).inputs;
  const { mean, standardDeviation } = normalization as { mean: number; standardDeviation: number };
  const bytes = readShared(`expected/${model}.${image}.input.bin`);
  const input = Float32Array.from(bytes, (byte) => (byte - mean) / standardDeviation);
  return {
    input: createTensor('float32', shape, input),
    output: readShared(`expected/${model}.${image}.output.bin`),
  };
}

const indexOfLargest = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((best, value, i, all) => (value > (all[best] as number) ? i : best), 0);

/** Largest difference in steps of the stored output, 1/256 of probability. */
const worstSteps = (probabilities: ArrayLike<number>, output: Uint8Array): number =>
  Math.max(...Array.from(output, (byte, i) => Math.abs((probabilities[i] as number) * 256 - byte)));

describe.skipIf(!hasShared('models'))(
  sharedTitle('the float32 network against XNNPACK’s uint8 one', 'models'),
  () => {
    // Measured: bird 6.4, cat 2.6, hot dog 21.5 steps for V1, whose logits are stored in steps of 0.13, each of which
    // is 13 % of a probability; 0.9, 0.8 and 0.6 steps for V2.
    test.each([
      [v1, 'bird', 7],
      [v1, 'cat_720p', 3],
      [v1, 'hot_dog', 22],
      [v2, 'cat_720p', 1],
    ])('%s, %s: same class, probabilities within %d/256', (model, image, steps) => {
      const { input, output } = recorded(model, image);
      const { network, outputs } = readTflite(readShared(`models/${model}.tflite`));
      const probabilities = runReference(network, input).get(outputs[0]?.name ?? '') as Tensor;
      expect(indexOfLargest(probabilities.data)).toBe(indexOfLargest(output));
      expect(worstSteps(probabilities.data, output)).toBeLessThan(steps);
    });
  },
);

describe.skipIf(!hasShared('models'))(
  sharedTitle('the same, rounded to the stored type after every op', 'models'),
  () => {
    // Rounding is all that the float32 network leaves out, so that putting it back must give XNNPACK's bytes, but for
    // ties and for its fixed-point multipliers. Measured: at most 4 of 1001 bytes differ, by at most 6.
    test.each(['bird', 'cat_720p', 'hot_dog'])('%s', (image) => {
      const bytes = readShared(`models/${v1}.tflite`);
      const model = readModel(bytes);
      const { imported, values } = importModel(model, bytes.length, {}, floatReaders);
      const stored = new Map(
        [...values].map(([index, name]) => [name, valueQuantization(model.tensors[index]!)] as const),
      );
      const { input, output } = recorded(v1, image);
      const tensors = new Map<string, Tensor>([...imported.network.weights, ['input', input]]);
      for (const node of imported.network.graph.nodes) {
        const inputs = node.inputs.map((name) => tensors.get(name) as Tensor);
        const [result] = runReferenceNode(node, inputs) as [Tensor];
        const quantization = stored.get(node.name);
        if (quantization !== undefined) {
          const { scale, zeroPoint } = quantization;
          result.data.forEach((value, i) => {
            const integer = Math.min(255, Math.max(0, Math.round(value / scale) + zeroPoint));
            result.data[i] = scale * (integer - zeroPoint);
          });
        }
        tensors.set(node.name, result);
      }
      const { data } = tensors.get(imported.outputs[0]?.name ?? '') as Tensor;
      expect(worstSteps(data, output)).toBeLessThanOrEqual(6);
      expect(output.filter((byte, i) => (data[i] as number) * 256 !== byte).length).toBeLessThanOrEqual(4);
    });
  },
);

describe.skipIf(!hasShared('models'))(sharedTitle('the graphs of the real files', 'models'), () => {
  const countOps = (model: string): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const { op } of readTflite(readShared(`models/${model}.tflite`)).network.graph.nodes) {
      counts[op] = (counts[op] ?? 0) + 1;
    }
    return counts;
  };

  test('MobileNet V1: ReLU6 behind every convolution but the last', () => {
    expect(countOps(v1)).toEqual({
      conv2d: 1,
      'depthwise-conv2d': 13,
      'pointwise-conv2d': 14,
      relu6: 27,
      'global-average-pool2d': 1,
      clamp: 1,
      reshape: 1,
      softmax: 1,
    });
  });

  test('MobileNet V2: linear bottlenecks and sums clip where their type does', () => {
    expect(countOps(v2)).toEqual({
      conv2d: 1,
      'depthwise-conv2d': 17,
      'pointwise-conv2d': 35,
      relu6: 35,
      add: 10,
      'global-average-pool2d': 1,
      clamp: 28,
      reshape: 1,
      softmax: 1,
    });
  });
});
