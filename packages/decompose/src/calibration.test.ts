import type { Network } from '@sepconv/graph';
import type { Tensor } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { decomposeNetwork } from './decompose-network.js';
import { type Order, orders } from './layer-shape.js';
import type { DecomposeOptions } from './options.js';
import { smoothImage } from './testing/images.js';
import { imageFor, outputOf, relativeError } from './testing/layers.js';
import { smallCandidates, smallNetwork } from './testing/networks.js';

/** @file What calibration promises of whole networks; its parts are tested beside their files. */

const network = smallNetwork();
const calibration = [1, 2, 3].map((seed) => smoothImage([1, 16, 16, 3], seed));

describe('calibration', () => {
  it.each(orders)(
    '%s: no layer’s error on the calibration inputs is above the plain one’s',
    async (order) => {
      for (const rank of [1, 2, 3]) {
        const errorsOf = async (options: Partial<DecomposeOptions>) => {
          const { report } = await decomposeNetwork(network, {
            rank,
            order,
            force: true,
            ...options,
          } as DecomposeOptions);
          return new Map(report.layers.map(({ name, outputError }) => [name, outputError]));
        };
        const calibrated = await errorsOf({ calibration });
        const plain = await plainErrors(rank, order);
        for (const name of smallCandidates)
          expect(calibrated.get(name)).toBeLessThanOrEqual(plain.get(name)!);
      }
    },
  );

  it.each(orders)(
    '%s: the network is nearer to the original on inputs that it has not seen',
    async (order) => {
      const unseen = [11, 12, 13].map((seed) => smoothImage([1, 16, 16, 3], seed));
      const [plain, calibrated] = [
        await decomposeNetwork(network, { rank: 2, order, force: true }),
        await decomposeNetwork(network, { rank: 2, order, force: true, calibration }),
      ];
      for (const input of unseen) {
        const errorOf = ({ network: after }: typeof plain) =>
          relativeError(outputOf(after, input), outputOf(network, input));
        expect(errorOf(calibrated)).toBeLessThan(0.5 * errorOf(plain));
      }
      expect(calibrated.report.totals).toMatchObject({ errorInputs: 'calibration', inputCount: 3 });
      expect(plain.report.totals).toMatchObject({ errorInputs: 'random', inputCount: 2 });
    },
  );

  it('reports the error that the layer really has', async () => {
    const { network: after, report } = await decomposeNetwork(network, { rank: 1, calibration, force: true });
    // The first layer's inputs are the images themselves, and with 3 · 16 · 16 positions all of them are looked at.
    const upTo = ({ graph, weights }: Network) => ({ graph: { ...graph, outputs: ['bn'] }, weights });
    const outputs = calibration.map(
      (input) => [outputOf(upTo(after), input), outputOf(upTo(network), input)] as const,
    );
    const squares = (values: readonly Tensor[]) =>
      values.reduce((sum, { data }) => sum + Array.from(data).reduce((s, v) => s + v * v, 0), 0);
    const error = outputs.reduce((sum, [a, b]) => sum + relativeError(a, b) ** 2 * squares([b]), 0);
    const expected = Math.sqrt(error / squares(outputs.map(([, b]) => b)));
    expect(report.layers[0]?.outputError).toBeCloseTo(expected, 5);
  });

  /** Errors of the plain decomposition on the calibration inputs: the plain weights, seen as a network of the layer alone. */
  async function plainErrors(rank: number, order: Order): Promise<Map<string, number>> {
    const { network: after } = await decomposeNetwork(network, { rank, order, force: true });
    const original = (await decomposeNetwork(network, { budget: { macs: 1 } })).network;
    const errors = new Map<string, number>();
    for (const node of original.graph.nodes) {
      if (!(smallCandidates as readonly string[]).includes(node.name)) continue;
      // The layer alone on the original's inputs: only its two steps are taken from the decomposed network.
      const steps = after.graph.nodes.filter(({ name }) => name.startsWith(`${node.name}/`));
      const nodes = original.graph.nodes.flatMap((other) => (other === node ? steps : [other]));
      const parameters = [
        ...original.graph.parameters,
        ...after.graph.parameters.filter(
          ({ name }) => name.startsWith(`${node.name}/`) && !original.weights.has(name),
        ),
      ];
      const weights = new Map([...original.weights, ...after.weights]);
      const outputs = [node.outputs[0]!];
      let [error, size] = [0, 0];
      for (const input of calibration) {
        const expected = outputOf(
          { graph: { ...original.graph, outputs }, weights: original.weights },
          input,
        );
        const actual = outputOf({ graph: { ...original.graph, nodes, parameters, outputs }, weights }, input);
        const norm = Array.from(expected.data).reduce((sum, value) => sum + value ** 2, 0);
        error += relativeError(actual, expected) ** 2 * norm;
        size += norm;
      }
      errors.set(node.name, Math.sqrt(error / size));
    }
    return errors;
  }
});

describe('fitting in order', () => {
  it.each(orders)('%s: the network is nearer to the original, on other inputs too', async (order) => {
    const many = Array.from({ length: 12 }, (_, i) => smoothImage([1, 16, 16, 3], 20 + i));
    const options = { rank: 1, order, force: true, calibration: many } as const;
    const [apart, inOrder] = [
      await decomposeNetwork(network, options),
      await decomposeNetwork(network, { ...options, sequential: true }),
    ];
    expect(inOrder.report.totals.outputError).toBeLessThan(apart.report.totals.outputError);
    const unseen = [11, 12, 13, 14].map((seed) => smoothImage([1, 16, 16, 3], seed));
    const errorOf = ({ network: after }: typeof apart) =>
      unseen.reduce((sum, input) => sum + relativeError(outputOf(after, input), outputOf(network, input)), 0);
    expect(errorOf(inOrder)).toBeLessThan(errorOf(apart));
    // The first layer has the same inputs as before, so nothing changes there; ranks and costs change nowhere.
    const [first, same] = [inOrder.report.layers[0]!, apart.report.layers[0]!];
    expect(first).toEqual({ ...same, outputError: expect.closeTo(same.outputError!, 12) });
    const known = ({ report }: typeof apart) =>
      report.layers.map(({ name, rank, energy, macsAfter, replaced }) => ({
        ...{ name, rank, energy, macsAfter, replaced },
      }));
    expect(known(inOrder)).toEqual(known(apart));
  });

  it('needs calibration inputs', async () => {
    await expect(decomposeNetwork(network, { rank: 1, sequential: true })).rejects.toThrow(
      'sequential fitting needs calibration inputs',
    );
  });

  it('at full rank changes nothing', async () => {
    const options = { rank: 99, force: true, calibration, sequential: true } as const;
    const { report } = await decomposeNetwork(network, options);
    expect(report.totals.outputError).toBeLessThan(1e-5);
  });
});

describe('images that are not smooth', () => {
  it('are calibration too', async () => {
    const { report } = await decomposeNetwork(network, { rank: 1, calibration: [imageFor(network, 1)] });
    expect(report.totals.replaced).toBe(smallCandidates.length);
  });
});
