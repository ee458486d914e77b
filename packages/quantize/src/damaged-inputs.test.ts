import { type Network, validateNetwork } from '@sepconv/graph';
import { createTensor, SepconvError, type Tensor } from '@sepconv/tensor';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quantizeNetwork } from './quantize-network.js';
import { randomInputs, smallNetwork } from './testing/networks.js';

const network = smallNetwork();
const seed = Number(process.env['SEPCONV_FUZZ_SEED'] ?? 1);
const numRuns = Number(process.env['SEPCONV_FUZZ_RUNS'] ?? 40);

/** Numbers that no range has in it, that are as large or small as they can be, and ordinary ones. */
const numbers = fc.constantFrom(NaN, Infinity, -Infinity, 3.4e38, -3.4e38, 1e-45, 0, -0, 1, 1e30, 1e-30);

/** A tensor with one number, or all of them, replaced. */
const damaged = (tensor: Tensor, value: number, at: number, all: boolean): Tensor => {
  const data = Float32Array.from(tensor.data as Float32Array);
  if (all) data.fill(value);
  else data[at % data.length] = value;
  return createTensor('float32', tensor.shape, data);
};

const isFiniteNetwork = ({ weights }: Network): boolean =>
  [...weights.values()].every(({ data }) =>
    Array.from(data as ArrayLike<number>, Number).every(Number.isFinite),
  );

test('whatever numbers samples, weights and ranges have, there is a network of finite numbers or an error that names what', {
  timeout: 300_000,
}, async () => {
  const parameters = network.graph.parameters.map(({ name }) => name);
  const values = network.graph.nodes.map(({ outputs }) => outputs[0] as string);
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        samples: fc.option(fc.integer({ min: 0, max: 3 })),
        sampleValue: fc.option(numbers),
        weight: fc.option(fc.constantFrom(...parameters)),
        weightValue: numbers,
        all: fc.boolean(),
        at: fc.nat(1000),
        range: fc.option(
          fc.record({ name: fc.constantFrom(...values, 'image', 'nowhere'), min: numbers, max: numbers }),
        ),
        method: fc.constantFrom('min-max', 'percentile', 'mse', 'entropy'),
        weights: fc.constantFrom('channel', 'tensor'),
        activations: fc.constantFrom('int8', 'uint8'),
        boundary: fc.constantFrom('float32', 'integer'),
      }),
      async (drawn) => {
        const given = drawn.samples === null ? undefined : randomInputs(network, drawn.samples);
        const samples = given?.map((sample, i) =>
          i === 0 && drawn.sampleValue !== null
            ? damaged(sample, drawn.sampleValue, drawn.at, drawn.all)
            : sample,
        );
        const own = new Map(network.weights);
        if (drawn.weight !== null)
          own.set(
            drawn.weight,
            damaged(own.get(drawn.weight) as Tensor, drawn.weightValue, drawn.at, drawn.all),
          );
        const { method, weights, activations, boundary, range } = drawn;
        try {
          const { network: integer, report } = await quantizeNetwork({ graph: network.graph, weights: own }, {
            method,
            weights,
            activations,
            boundary,
            engine: 'simd128',
            ...(samples && { samples }),
            ...(range && { ranges: new Map([[range.name, { min: range.min, max: range.max }]]) }),
          } as never);
          validateNetwork(integer);
          expect(isFiniteNetwork(integer)).toBe(true);
          // What stays with real numbers says why.
          expect(report.layers.every(({ arithmetic, why }) => arithmetic !== 'float' || why !== null)).toBe(
            true,
          );
        } catch (error) {
          expect(error).toBeInstanceOf(SepconvError);
          expect((error as Error).message.length).toBeGreaterThan(20);
        }
      },
    ),
    { seed, numRuns },
  );
});
