import { dense, depthwiseConv2d, GraphBuilder, initializeWeights, pointwiseConv2d } from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import { compareTensors, createRandom, randomTensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { compileFor } from './session.js';

const engine = { name: 'simd128', reason: 'a test' } as const;

type Body = (builder: GraphBuilder, input: string, batch: number) => string;

const reshaped = (builder: GraphBuilder, value: string, shape: readonly number[]): string =>
  builder.node('reshape', [value], { shape });

/** Steps that take each other's memory, but not each other's pixels. Images are 8×6×4. */
const bodies: Readonly<Record<string, Body>> = {
  'a reshape between depthwise and pointwise': (builder, input, batch) => {
    const middle = depthwiseConv2d(builder, input, { kernel: 3 });
    return pointwiseConv2d(builder, reshaped(builder, middle, [batch, 4, 6, 8]), { filters: 5 });
  },
  'a reshape between the expansion and depthwise': (builder, input, batch) => {
    const wide = pointwiseConv2d(builder, input, { filters: 8 });
    const middle = depthwiseConv2d(builder, reshaped(builder, wide, [batch, 8, 12, 4]), { kernel: 3 });
    return pointwiseConv2d(builder, middle, { filters: 5 });
  },
  'a reshape on both sides of depthwise': (builder, input, batch) => {
    const wide = pointwiseConv2d(builder, input, { filters: 8 });
    const middle = depthwiseConv2d(builder, reshaped(builder, wide, [batch, 16, 6, 4]), { kernel: 3 });
    return pointwiseConv2d(builder, reshaped(builder, middle, [batch, 8, 6, 8]), { filters: 5 });
  },
  'a flatten between depthwise and dense': (builder, input) => {
    const middle = depthwiseConv2d(builder, input, { kernel: 3 });
    return dense(builder, builder.node('flatten', [middle], {}), { filters: 5 });
  },
  'a pointwise convolution with strides behind one row': (builder, input) => {
    const middle = depthwiseConv2d(builder, input, { kernel: [8, 1], padding: 'valid' });
    const weight = builder.parameter('weight', [1, 1, 4, 5], 'weight');
    const padding = { top: 0, bottom: 0, left: 0, right: 0 };
    const attributes = { strides: [1, 2], dilations: [1, 1], padding, groups: 1 } as const;
    return builder.node('conv2d', [middle, weight], attributes);
  },
  'parameters that are moved nowhere': (builder, input) => {
    const parameter = (name: string, shape: readonly number[]): string =>
      builder.parameter(name, shape, 'constant');
    const turned = builder.node('transpose', [parameter('turned', [6, 1, 4])], { permutation: [1, 0, 2] });
    const cut = builder.node('slice', [parameter('cut', [9, 4])], {
      starts: [0, 0],
      ends: [6, 4],
      steps: [1, 1],
    });
    const mean = builder.node('reduce-mean', [parameter('mean', [6, 1, 4])], {
      axes: [1],
      keepDimensions: false,
    });
    return [turned, cut, mean].reduce((sum, value) => builder.node('add', [sum, value], {}), input);
  },
  'a window of as many columns as it moves by': (builder, input) => {
    const middle = depthwiseConv2d(builder, input, { kernel: [8, 1], padding: 'valid' });
    const weight = builder.parameter('weight', [1, 2, 4, 5], 'weight');
    const padding = { top: 0, bottom: 0, left: 0, right: 0 };
    const attributes = { strides: [1, 2], dilations: [1, 1], padding, groups: 1 } as const;
    return builder.node('conv2d', [middle, weight], attributes);
  },
};

const limits = {
  leastSteps: 2,
  bytesBetween: 0,
  mostWeightBytes: Infinity,
  mostScratchBytes: 1,
  leastStripPixels: 1,
};

describe('a value under another shape', () => {
  for (const [name, body] of Object.entries(bodies)) {
    for (const batch of [1, 3]) {
      test.each(['off', 'on', 'auto'] as const)(`${name}, batch ${batch}, fusion %s`, async (fusion) => {
        const builder = new GraphBuilder('views');
        const shape = [batch, 8, 6, 4];
        const graph = builder.build([body(builder, builder.input('input', shape), batch)]);
        const network = { graph, weights: initializeWeights(graph, 3) };
        const image = randomTensor(shape, createRandom(5));
        const session = await compileFor(engine, network, { fusion, limits });
        const expected = runReference(network, image).get(graph.outputs[0]!)!;
        expect(compareTensors(session.run(image), expected, 1e-4)).toMatchObject({ ok: true });
        session.dispose();
      });
    }
  }
});
