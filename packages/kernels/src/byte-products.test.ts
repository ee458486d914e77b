import { GraphBuilder, type Network } from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import { createRandom, createTensor, type Random, type Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { byteOperand } from './engines/byte-products.js';
import { chooseEngine } from './engines/choose.js';
import { isFlipped } from './plan/byte-rows.js';
import { type ByteOperand, engines } from './plan/engine.js';
import { planNetwork } from './plan/plan.js';
import { compilePlan } from './session.js';

const host = await byteOperand();
const operands: readonly ByteOperand[] = ['unsigned', 'signed'];
const available = (
  await Promise.all(
    (['relaxed', 'wide'] as const).map((name) =>
      chooseEngine(name, false).then(
        (engine) => [engine],
        () => [],
      ),
    ),
  )
).flat();

type Bytes = 'int8' | 'uint8';

/** A convolution of bytes in some shape; a window as large as the image without a border is a product of one row. */
interface Shape {
  readonly image: readonly [batch: number, height: number, width: number, channels: number];
  readonly filters: number;
  readonly window: number;
  readonly stride: number;
  readonly dilation: number;
  readonly border: number;
}

const plain = { window: 1, stride: 1, dilation: 1, border: 0 };
const shapes: readonly Shape[] = [
  { image: [1, 1, 1, 1], filters: 1, ...plain },
  { image: [1, 1, 1, 67], filters: 33, ...plain },
  { image: [2, 5, 7, 16], filters: 24, ...plain },
  { image: [1, 9, 9, 33], filters: 17, ...plain },
  { image: [1, 7, 5, 8], filters: 12, ...plain, stride: 2 },
  { image: [2, 6, 8, 3], filters: 8, ...plain, window: 3, border: 1 },
  { image: [1, 9, 11, 5], filters: 19, ...plain, window: 3, stride: 2, border: 2 },
  { image: [1, 12, 10, 4], filters: 8, ...plain, window: 3, dilation: 2, border: 3 },
];

/** Integers of the values that are asked for. */
function drawBytes(dtype: Bytes, count: number, random: Random, from: number, to: number): Tensor['data'] {
  const numbers = Array.from({ length: count }, () => from + random.integer(to - from + 1));
  return dtype === 'int8' ? Int8Array.from(numbers) : Uint8Array.from(numbers);
}

/**
 * A network of one convolution and an input, whose bytes, and those of the border, the product takes as 0 to 127, where hosts
 * agree, or as any.
 */
function convolution(
  { image, filters, window, stride, dilation, border }: Shape,
  {
    dtype,
    weightType,
    isSigned,
    isAny,
  }: { dtype: Bytes; weightType: Bytes; isSigned: boolean; isAny: boolean },
): { readonly network: Network; readonly input: Tensor } {
  const random = createRandom(filters + 7 * window);
  const [least, most] = dtype === 'int8' ? [-128, 127] : [0, 255];
  // Of those that are flipped the lower half become 0 to 127 as unsigned, and the upper half as signed.
  const isUpper = isSigned ? isFlipped({ dtype, isSigned }) : false;
  const low = dtype === 'int8' && isSigned ? 0 : isUpper ? 128 : least;
  const [from, to] = isAny ? [least, most] : [low, low + 127];
  const zeroPoint = from + random.integer(to - from + 1);
  const zeros = Array.from({ length: filters }, () => (weightType === 'int8' ? 0 : 97));
  const quantization = { scale: [0.02], zeroPoint: [zeroPoint] };
  const builder = new GraphBuilder('bytes');
  const value = builder.input('image', image, dtype, quantization);
  const shape = [window, window, image[3], filters];
  const [lowest, highest] = weightType === 'int8' ? [-128, 127] : [0, 255];
  const count = window * window * image[3] * filters;
  const weight = createTensor(
    weightType,
    shape,
    drawBytes(weightType, count, random, lowest, highest) as never,
    { scale: zeros.map((_, channel) => 0.001 * (1 + (channel % 5))), zeroPoint: zeros, axis: 3 },
  ) as Tensor;
  const name = builder.parameter('weight', shape, 'weight', weightType, weight.quantization);
  const bias = createTensor(
    'int32',
    [filters],
    Int32Array.from(zeros, (_, i) => 1000 * i - 4000),
    {
      scale: zeros.map((_, channel) => 0.02 * 0.001 * (1 + (channel % 5))),
      zeroPoint: zeros.map(() => 0),
      axis: 0,
    },
  ) as Tensor;
  const biasName = builder.parameter('bias', [filters], 'bias', 'int32', bias.quantization);
  const attributes = {
    strides: [stride, stride],
    dilations: [dilation, dilation],
    padding: { top: border, bottom: border, left: border, right: border },
    groups: 1,
    output: { dtype: 'int8', scale: 0.05, zeroPoint: -3 },
  } as const;
  const graph = builder.build([builder.node('quantized-conv2d', [value, name, biasName], attributes)]);
  const elements = image.reduce((product, size) => product * size, 1);
  const data = drawBytes(dtype, elements, random, from, to);
  return {
    network: {
      graph,
      weights: new Map([
        ['weight', weight],
        ['bias', bias],
      ]),
    },
    input: createTensor(dtype, image, data as never, quantization) as Tensor,
  };
}

test('a host takes bytes as signed, as unsigned, or not exactly', () => {
  expect([...operands, undefined]).toContain(host);
});

describe.each(available)('products of bytes on $name', (engine) => {
  describe.each(operands)('taken as %s', (operand) => {
    const isAny = host === operand;
    // Bytes that hosts agree on everywhere; all of them on a host that takes them so.
    test.each(shapes)('%j', async (shape) => {
      for (const dtype of ['int8', 'uint8'] as const) {
        for (const weightType of ['int8', 'uint8'] as const) {
          const options = { dtype, weightType, isSigned: operand === 'signed', isAny };
          const { network, input } = convolution(shape, options);
          const plan = planNetwork(network, { ...engines[engine.name], byteProducts: operand });
          expect(plan.steps[0]?.kernel).toMatchObject({ widened: { rows: { bytes: {} } } });
          const session = await compilePlan(engine, plan, network.weights);
          const [expected] = [...runReference(network, input).values()] as [Tensor];
          expect({ dtype, weightType, bytes: [...session.run(input).data] }).toEqual({
            dtype,
            weightType,
            bytes: [...expected.data],
          });
        }
      }
    });
  });
});
