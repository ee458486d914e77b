/** @file Quantized TFLite operators, one at a time on drawn scales, zero points and shapes: the bytes of LiteRT.js in Chromium. */

import type { Network } from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import { runReference } from '@sepconv/reference';
import { createRandom, createTensor, type Tensor } from '@sepconv/tensor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTflite } from '../../../packages/formats/test/read-now.js';
import { type TestModel, tfliteFile } from '../../../packages/formats/test/tflite-file.js';
import { chromiumTitle, hasChromium, type LiteRt, type LiteRtInput, openLiteRt } from '../testing/litert.js';
import { type ByteType, Draw, type DrawnOperator } from '../testing/operators/draw.js';
import { binaryOperators, conversions, unaryOperators } from '../testing/operators/elementwise.js';
import { imageOperators } from '../testing/operators/images.js';
import { movingOperators } from '../testing/operators/moves.js';
import { productOperators } from '../testing/operators/products.js';

/** Files for each operator and type, and where their seeds begin. */
const count = Number(process.env.SEPCONV_LITERT_DRAWS ?? 4);
const seed = Number(process.env.SEPCONV_LITERT_SEED ?? 77);

const operators: Readonly<Record<string, DrawnOperator>> = {
  ...binaryOperators,
  ...conversions,
  ...imageOperators,
  ...movingOperators,
  ...productOperators,
  ...unaryOperators,
};

/** What LiteRT.js refuses in the other type. */
const onlyType: Readonly<Record<string, ByteType>> = {
  ELU: 'int8',
  'CONCATENATION that rescales': 'uint8',
  'SOFTMAX of another scale': 'uint8',
};

/** The first of the results that differ. */
function firstDifference(mine: ArrayLike<number>, theirs: readonly number[]): string | undefined {
  if (mine.length !== theirs.length) return `${mine.length} results, not ${theirs.length}`;
  const at = theirs.findIndex((value, k) => value !== mine[k]);
  return at < 0 ? undefined : `result ${at} is ${mine[at]}, not ${theirs[at]}`;
}

const cases = Object.entries(operators).flatMap(([name, drawn]) =>
  (['int8', 'uint8'] as const)
    .filter((type) => (onlyType[name] ?? type) === type)
    .map((type) => ({ name: `${name}, ${type}`, type, drawn })),
);

function inputsOf({ inputs, tensors }: TestModel, draw: Draw): LiteRtInput[] {
  return inputs.map((index) => {
    const tensor = tensors[index]!;
    const { shape, type = 'float32' } = tensor;
    if (type !== 'float32') return { dtype: type as ByteType, shape, data: draw.input(tensor) };
    const length = shape.reduce((a, b) => a * b, 1);
    return { dtype: type, shape, data: Float32Array.from({ length }, () => draw.real()) };
  });
}

function tensorsFor({ graph }: Network, inputs: readonly LiteRtInput[]): ReadonlyMap<string, Tensor> {
  const entries = graph.inputs.map(({ name, dtype, shape, quantization }, k) => {
    const tensor = createTensor(dtype, shape, inputs[k]!.data as never, quantization);
    return [name, tensor as Tensor] as const;
  });
  return new Map(entries);
}

describe.skipIf(!hasChromium)(`layers of LiteRT.js${chromiumTitle}`, () => {
  let litert: LiteRt;
  beforeAll(async () => {
    litert = await openLiteRt();
  });
  afterAll(() => litert.close());

  test.each(cases)('$name', { timeout: 60_000 + 2_000 * count }, async ({ type, drawn }) => {
    const draw = new Draw(createRandom(seed), type);
    for (let i = 0; i < count; i++) {
      const model = drawn(draw);
      const file = tfliteFile(model);
      const inputs = inputsOf(model, draw);
      const [theirs = []] = await litert.run(file, [inputs]);
      const { network, outputs } = readTflite(file, { arithmetic: 'integer' });
      const given = tensorsFor(network, inputs);
      const reference = runReference(network, given);
      const session = await compile(network);
      const results = session.run(given);
      const { data: _, ...description } = model.tensors[0]!;
      const what = `file ${i} of seed ${seed}: ${JSON.stringify([description, model.tensors.at(-1), model.operators])}`;
      for (const [k, { name }] of outputs.entries()) {
        expect(firstDifference(reference.get(name)!.data, theirs[k]!), what).toBeUndefined();
        expect(firstDifference(results.get(name)!.data, theirs[k]!), what).toBeUndefined();
      }
      session.dispose();
    }
  });
});
