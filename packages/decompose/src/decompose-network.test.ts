import { costOf } from '@sepconv/cost-model';
import { type Graph, initializeWeights, type Network, validateNetwork } from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import { mobileNetV1 } from '@sepconv/mobilenet';
import { describe, expect, it } from 'vitest';
import { decomposeNetwork } from './decompose-network.js';
import { orders } from './layer-shape.js';
import type { PreparedNetwork } from './options.js';
import { smoothImage } from './testing/images.js';
import { outputOf, relativeError } from './testing/layers.js';
import { measureBy } from './testing/measure-by.js';
import { smallCandidates, smallNetwork } from './testing/networks.js';

const network = smallNetwork();
const image = smoothImage([1, 16, 16, 3], 5);
const calibration = [1, 2, 3].map((seed) => smoothImage([1, 16, 16, 3], seed));

const replacedNames = (report: Awaited<ReturnType<typeof decomposeNetwork>>['report']) =>
  report.layers.filter(({ replaced }) => replaced).map(({ name }) => name);

describe('at full rank, forced', () => {
  it.each(orders)('%s: the network gives the same to 1e-5', async (order) => {
    const { network: full, report } = await decomposeNetwork(network, { rank: 99, force: true, order });
    expect(replacedNames(report)).toEqual(smallCandidates);
    expect(
      full.graph.nodes
        .filter(({ op }) => op === 'conv2d')
        .every(({ name }) => !smallCandidates.includes(name as never)),
    ).toBe(true);
    expect(relativeError(outputOf(full, image), outputOf(network, image))).toBeLessThan(1e-5);
    for (const layer of report.layers.filter(({ replaced }) => replaced)) {
      expect(layer.rank).toBe(layer.exactRank);
      expect(layer.energy).toBe(1);
      expect(layer.outputError).toBeLessThan(1e-6);
      expect(layer.macsAfter).toBeGreaterThan(layer.macsBefore);
      expect(layer.why).toMatch(
        /^forced, although rank \d+ takes \d{3} % of the multiply-adds: only ranks below/,
      );
    }
    expect(report.totals.outputError).toBeLessThan(1e-5);
  });

  it('BatchNorm stays where it is when it is not folded', async () => {
    const options = { rank: 99, force: true, foldBatchNorm: false } as const;
    const { network: full } = await decomposeNetwork(network, options);
    expect(full.graph.nodes.map(({ name }) => name).slice(0, 3)).toEqual([
      'stem/depthwise',
      'stem/pointwise',
      'bn',
    ]);
    expect(relativeError(outputOf(full, image), outputOf(network, image))).toBeLessThan(1e-5);
  });
});

describe('the new network', () => {
  it.each(orders)(
    '%s: keeps values, names nodes after the layer, and costs what the report says',
    async (order) => {
      const before = JSON.stringify(network.graph);
      const { network: after, report } = await decomposeNetwork(network, { rank: 2, order, force: true });
      expect(JSON.stringify(network.graph)).toBe(before);
      expect(() => validateNetwork(after)).not.toThrow();
      expect([...after.weights.keys()].sort()).toEqual(after.graph.parameters.map(({ name }) => name).sort());
      const names = after.graph.nodes.map(({ name }) => name);
      const steps = order === 'depthwise-pointwise' ? ['depthwise', 'pointwise'] : ['pointwise', 'grouped'];
      for (const name of smallCandidates) {
        expect(names).toEqual(expect.arrayContaining(steps.map((step) => `${name}/${step}`)));
      }
      // Folding gave the stem's value BatchNorm's name; whoever reads a replaced layer reads the same name as before.
      expect(after.graph.nodes.find(({ name }) => name === `down/${steps[1]}`)?.outputs).toEqual(['down']);
      expect(after.graph.nodes.find(({ name }) => name === `stem/${steps[1]}`)?.outputs).toEqual(['bn']);
      expect(after.graph.parameters.map(({ name }) => name)).toContain(`down/${steps[1]}/bias`);
      const cost = costOf(after.graph);
      expect(report.totals.macsAfter).toBe(cost.totals.macs);
      expect(report.totals.macsBefore).toBe(costOf(network.graph).totals.macs);
      for (const layer of report.layers.filter(({ replaced }) => replaced)) {
        const own = cost.layers.filter(({ block }) => block === layer.name);
        expect(own.reduce((sum, { macs }) => sum + macs, 0)).toBe(layer.macsAfter);
      }
    },
  );

  it('has a depthwise convolution at rank 1 with the pointwise step first', async () => {
    const { network: after } = await decomposeNetwork(network, {
      rank: 1,
      order: 'pointwise-depthwise',
      force: true,
    });
    const ops = new Map(after.graph.nodes.map(({ name, op }) => [name, op]));
    expect(ops.get('down/pointwise')).toBe('pointwise-conv2d');
    expect(ops.get('down/depthwise')).toBe('depthwise-conv2d');
    // Within groups, a 1×1 convolution is a conv2d.
    expect(ops.get('grouped/pointwise')).toBe('conv2d');
  });

  it('gives names that nothing has', async () => {
    const graph: Graph = JSON.parse(JSON.stringify(network.graph).replaceAll('"sum"', '"down/pointwise"'));
    const { network: after } = await decomposeNetwork({ graph, weights: network.weights }, { rank: 1 });
    expect(() => validateNetwork(after)).not.toThrow();
    expect(after.graph.nodes.map(({ name }) => name)).toContain('down/pointwise_1');
  });

  it('leaves alone what is separable already, and says so', async () => {
    const { report } = await decomposeNetwork(network, { rank: 1, force: true });
    const why = new Map(report.layers.map((layer) => [layer.name, layer.why]));
    expect(report.layers).toHaveLength(6);
    expect(why.get('pointwise')).toMatch(/a 1×1 window mixes channels only/);
    expect(why.get('depthwise-too')).toMatch(/a depthwise convolution already/);
  });

  it('leaves alone a weight that the network computes, and keeps one that is shared', async () => {
    const nodes = network.graph.nodes.flatMap((node) =>
      node.name === 'down'
        ? [
            { name: 'w', op: 'relu', inputs: ['down/weight'], outputs: ['w'], attributes: {} } as const,
            { ...node, inputs: [node.inputs[0]!, 'w', node.inputs[2]!] },
          ]
        : [node],
    );
    const computed = { ...network, graph: { ...network.graph, nodes } } as Network;
    const { report } = await decomposeNetwork(computed, { rank: 1 });
    expect(report.layers.find(({ name }) => name === 'down')?.why).toMatch(/computed by the network/);
    const outputs = [...network.graph.outputs, 'branch/weight'];
    const shared = { ...network, graph: { ...network.graph, outputs } };
    const after = await decomposeNetwork(shared, { rank: 1 });
    expect(after.network.weights.has('branch/weight')).toBe(true);
    expect(after.network.weights.has('down/weight')).toBe(false);
  });
});

describe('a layer that would cost more', () => {
  it('stays, unless it is forced', async () => {
    const { network: after, report } = await decomposeNetwork(network, { energy: 0.999 });
    expect(report.totals).toMatchObject({ replaced: 0, layers: 6 });
    expect(after.graph.nodes.map(({ name }) => name)).toEqual(
      network.graph.nodes.map(({ name }) => name).filter((name) => name !== 'bn'),
    );
    expect(report.layers[0]).toMatchObject({ name: 'stem', rank: 9, replaced: false });
    expect(report.layers[0]?.why).toBe('rank 9 takes 156 % of the multiply-adds: only ranks below 5.76 save');
  });

  it('stays when it was measured slower, although it has fewer multiply-adds', async () => {
    // A separable layer has two nodes; each costs a million multiply-adds beside its own.
    const measure = measureBy((graph) => (costOf(graph).totals.macs + 1e6 * graph.nodes.length) / 1e6);
    const { report } = await decomposeNetwork(network, { rank: 1, measure });
    const down = report.layers.find(({ name }) => name === 'down')!;
    expect(down).toMatchObject({ replaced: false, msBefore: 1.221184, msAfter: expect.closeTo(2.034, 2) });
    expect(down.why).toMatch(/^rank 1 was measured at 2\.03 ms against 1\.22 ms$/);
    const forced = await decomposeNetwork(network, { rank: 1, measure, force: true });
    expect(replacedNames(forced.report)).toEqual(smallCandidates);
    expect(forced.report.totals.msAfter).toBeGreaterThan(forced.report.totals.msBefore!);
  });
});

describe('an engine that is passed in', () => {
  it('runs, observes and measures instead of the reference', async () => {
    const disposed: string[] = [];
    const prepare = async (net: Network): Promise<PreparedNetwork> => {
      const session = await compile(net, { engine: 'simd128' });
      return {
        run: (inputs) => session.run(inputs),
        dispose: () => {
          disposed.push(net.graph.name);
          session.dispose();
        },
      };
    };
    const options = { rank: 1, calibration, samples: 200 } as const;
    const [byEngine, byReference] = [
      await decomposeNetwork(network, { ...options, prepare }),
      await decomposeNetwork(network, options),
    ];
    expect(disposed).toHaveLength(3);
    expect(
      relativeError(outputOf(byEngine.network, image), outputOf(byReference.network, image)),
    ).toBeLessThan(1e-3);
    expect(byEngine.report.totals.outputError).toBeCloseTo(byReference.report.totals.outputError, 4);
  });

  it('gives the same weights, bit for bit, for the same seed', async () => {
    const options = { rank: 1, calibration, samples: 100, seed: 9 } as const;
    const [a, b] = [await decomposeNetwork(network, options), await decomposeNetwork(network, options)];
    expect(b).toEqual(a);
  });
});

describe("MobileNetV1's twin of standard convolutions", () => {
  const options = { width: 0.25, resolution: 32, classes: 10 } as const;
  const twin = mobileNetV1({ ...options, separable: false });

  it('costs at rank 1 what MobileNetV1 costs, layer by layer', async () => {
    const given = { graph: twin, weights: initializeWeights(twin, 1) };
    const { report } = await decomposeNetwork(given, { rank: 1, samples: 8 });
    const blocks = costOf(mobileNetV1(options)).layers;
    const twins = report.layers.filter(({ name }) => name.startsWith('block_'));
    expect(twins).toHaveLength(13);
    for (const { name, macsAfter } of twins) {
      const [block] = name.split('/');
      const own = blocks.filter((layer) => layer.block === block);
      expect(own.reduce((sum, { macs }) => sum + macs, 0)).toBe(macsAfter);
    }
  });
});
