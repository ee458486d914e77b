import { contractOf, GraphBuilder, type Network, validateNetwork } from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import { runReference } from '@sepconv/reference';
import { createTensor, type Tensor, toFloat32 } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { inputsFor } from './agreement.js';
import { quantizeNetwork } from './quantize-network.js';
import { rangeMethods } from './ranges/choose-range.js';
import { randomInputs, smallNetwork, withWeights } from './testing/networks.js';

const network = smallNetwork();
const samples = randomInputs(network, 12);
const heldBack = randomInputs(network, 6, 77);

const outputOf = (result: ReadonlyMap<string, Tensor>, { graph }: Network): Tensor =>
  result.get(graph.outputs[0] as string) as Tensor;

describe('a network with residuals, gates, poolings and a concatenation', () => {
  test.each(rangeMethods)(
    'by %s is integers from end to end, and answers nearly the same',
    async (method) => {
      const { network: integer, report } = await quantizeNetwork(network, { samples, heldBack, method });
      validateNetwork(integer);
      expect(report.layers.filter(({ arithmetic }) => arithmetic === 'float').map(({ op }) => op)).toEqual([
        'softmax',
      ]);
      const real = integer.graph.nodes.filter(({ op }) => contractOf(op).integers === undefined);
      expect(real.map(({ op }) => op)).toEqual(['softmax']);
      expect(report.agreement.samples).toBe(6);
      expect(report.agreementOn).toBe('held-back');
      // Eight bits through fifteen layers: a few parts in a hundred.
      expect(report.agreement.outputError).toBeLessThan(0.1);
      expect(report.bytesAfter).toBeLessThan(report.bytesBefore / 2);
    },
  );

  test.each([
    { activations: 'uint8' },
    { weights: 'tensor' },
    { boundary: 'integer' },
    { boundary: 'integer', activations: 'uint8' },
  ] as const)('%o gives the bits of the reference in the engine', async (options) => {
    const { network: integer } = await quantizeNetwork(network, { samples, ...options });
    const session = await compile(integer);
    for (const sample of heldBack) {
      const given = inputsFor(integer, new Map([['image', sample]]));
      const wanted = toFloat32(outputOf(runReference(integer, given), integer)).data;
      const found = toFloat32(outputOf(session.run(given), integer)).data;
      // Softmax computes with real numbers, which engines round otherwise.
      const far = found.map((value, i) => Math.abs(value - (wanted[i] as number)));
      expect(Math.max(...far)).toBeLessThan(1e-6);
    }
    session.dispose();
  });

  test('with integer ends it is integers to its softmax', async () => {
    const { network: integer } = await quantizeNetwork(network, { samples, boundary: 'integer' });
    expect(integer.graph.nodes.every(({ op }) => contractOf(op).integers !== undefined)).toBe(true);
    expect(integer.graph.nodes.map(({ op }) => op)).not.toContain('dequantize');
    expect(integer.graph.nodes.at(-1)?.op).toBe('quantized-softmax');
  });

  test('is the same whenever it is made', async () => {
    const [a, b] = [await quantizeNetwork(network, { samples }), await quantizeNetwork(network, { samples })];
    expect(JSON.stringify(a.network.graph)).toBe(JSON.stringify(b.network.graph));
    for (const [name, { data }] of a.network.weights) expect(data).toEqual(b.network.weights.get(name)?.data);
  });

  test('without samples it goes by drawn inputs, and says so', async () => {
    const { report } = await quantizeNetwork(network);
    expect(report.calibration).toEqual({ from: 'drawn', count: 16 });
    expect(report.agreementOn).toBe('drawn');
  });
});

describe('what cannot be quantized is named', () => {
  test('no samples, other shapes, and numbers that are none', async () => {
    await expect(quantizeNetwork(network, { samples: [] })).rejects.toThrow('there are no samples');
    const wide = createTensor('float32', [1, 12, 13, 3], new Float32Array(12 * 13 * 3));
    await expect(quantizeNetwork(network, { samples: [wide] })).rejects.toThrow(
      'sample 0 must have float32 1×12×12×3 for "image", but it is float32 1×12×13×3',
    );
    const broken = createTensor('float32', [1, 12, 12, 3], new Float32Array(432).fill(NaN));
    await expect(quantizeNetwork(network, { samples: [broken] })).rejects.toThrow(
      'sample 0 has NaN at element 0 of "image"',
    );
  });

  test('weights that are no numbers, and values that leave them', async () => {
    const weights = new Map(network.weights);
    weights.set('logits/bias', createTensor('float32', [5], Float32Array.of(0, 1, Infinity, 0, 0)));
    await expect(quantizeNetwork({ ...network, weights }, { samples })).rejects.toThrow(
      'the weight "logits/bias" has Infinity at element 2',
    );
    const huge = new Map(network.weights);
    huge.set('project/bias', createTensor('float32', [8], new Float32Array(8).fill(3e38)));
    huge.set('gate/bias', createTensor('float32', [16], new Float32Array(16).fill(3e38)));
    await expect(quantizeNetwork({ ...network, weights: huge }, { samples })).rejects.toThrow(/range/);
  });

  test('options that do not exist', async () => {
    await expect(quantizeNetwork(network, { method: 'magic' as never })).rejects.toThrow(
      'the method must be one of min-max, percentile, mse, entropy, not "magic"',
    );
    await expect(quantizeNetwork(network, { percentile: 0 })).rejects.toThrow('the percentile must be');
  });

  test('a network that is quantized already', async () => {
    const { network: integer } = await quantizeNetwork(network, { samples });
    await expect(quantizeNetwork(integer, { samples })).rejects.toThrow(
      'the network "small" is quantized already',
    );
  });

  test('ops without a form in integers stay, with conversions around them', async () => {
    const builder = new GraphBuilder('seams');
    const image = builder.input('image', [1, 4, 4, 2]);
    const wave = builder.node('maximum', [builder.node('relu', [image], {}, 'positive'), image], {}, 'wave');
    const far = withWeights(builder, [builder.node('add', [wave, image], {}, 'sum')]);
    const inputs = randomInputs(far, 4);
    const { network: integer, report } = await quantizeNetwork(far, { samples: inputs });
    expect(integer.graph.nodes.map(({ op }) => op)).toEqual([
      'quantize',
      'lookup',
      'dequantize',
      'maximum',
      'quantize',
      'quantized-add',
      'dequantize',
    ]);
    expect(report.layers.find(({ name }) => name === 'wave')?.why).toBe('maximum has no form in integers');
  });
});
