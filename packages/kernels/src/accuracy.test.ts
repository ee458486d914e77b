import { type AttributesOf, GraphBuilder, type OpName } from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import { createRandom, createTensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { compile } from './session.js';

/** Arguments of every size that matters: evenly in ±20, and evenly in their exponent from 2⁻⁴⁰ to 2⁷. */
function samples(count: number): Float32Array {
  const random = createRandom(1);
  return Float32Array.from({ length: count }, (_, index) => {
    const uniform = 2 * random.next() - 1;
    return index % 2 === 0 ? 20 * uniform : Math.sign(uniform) * 2 ** (47 * random.next() - 40);
  });
}

/**
 * The largest error in ulps of 2⁻²³ of the result, or of the argument, where the result and all that goes into it are normal
 * numbers.
 */
async function largestError<Name extends OpName>(
  op: Name,
  attributes: AttributesOf[Name],
  { least = -Infinity, relativeTo = 'result' as 'result' | 'argument' } = {},
) {
  const data = samples(200_000).filter((x) => x >= least);
  const builder = new GraphBuilder('accuracy');
  const input = builder.input('input', [data.length]);
  const graph = builder.build([builder.node(op, [input], attributes, 'output')]);
  const tensor = createTensor('float32', [data.length], data);
  const expected = runReference({ graph, weights: new Map() }, tensor).get('output')!.data;
  const session = await compile({ graph, weights: new Map() }, { engine: 'simd128' });
  const actual = session.run(tensor).data;
  let largest = 0;
  for (const [index, wanted] of expected.entries()) {
    const size = Math.abs(relativeTo === 'result' ? Number(wanted) : data[index]!);
    if (size < 2 ** -120 || !Number.isFinite(wanted)) continue;
    largest = Math.max(largest, Math.abs(actual[index]! - Number(wanted)) / size / 2 ** -23);
  }
  session.dispose();
  return largest;
}

// What `conformance` allows is this, and the rounding of parameters, products and the reference's store.
describe('the accuracy of transcendental functions', () => {
  test('gelu: below 3 ulp of its argument', async () => {
    expect(await largestError('gelu', { approximate: 'none' }, { relativeTo: 'argument' })).toBeLessThan(3);
  });
  test('elu: below 2 ulp', async () => {
    expect(await largestError('elu', { alpha: 1 })).toBeLessThan(2);
  });
  test('sigmoid: below 2 ulp', async () => {
    expect(await largestError('sigmoid', {})).toBeLessThan(2);
  });
  test('swish: below 3 ulp', async () => {
    expect(await largestError('swish', {}, { least: -80 })).toBeLessThan(3);
  });
  test('exp: below 2 ulp', async () => {
    expect(await largestError('exp', {}, { least: -80 })).toBeLessThan(2);
  });
  test('tanh: below 2 ulp', async () => {
    expect(await largestError('tanh', {})).toBeLessThan(2);
  });
  test('softplus: below 3 ulp', async () => {
    expect(await largestError('softplus', {})).toBeLessThan(3);
  });
  test.each(['sin', 'cos'] as const)('%s: below 1 ulp', async (op) => {
    expect(await largestError(op, {})).toBeLessThan(1);
  });
  test('log: below 1 ulp', async () => {
    expect(await largestError('log', {}, { least: 0 })).toBeLessThan(1);
  });
  test('erf: below 4 ulp', async () => {
    expect(await largestError('erf', {})).toBeLessThan(4);
  });
});
