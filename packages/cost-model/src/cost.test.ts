import {
  batchNorm,
  contractOf,
  conv2d,
  dense,
  depthwiseConv2d,
  foldBatchNorm,
  type Graph,
  GraphBuilder,
  initializeWeights,
  type Node,
  type OpKind,
  opNames,
  pointwiseConv2d,
  separableConv2d,
} from '@sepconv/graph';
import { elementCount } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { costOf } from './cost.js';
import { CostError } from './errors.js';
import { formulas } from './ops/registry.js';
import { layerTypes } from './types.js';

/** A small network with every kind of layer type, two of each parameter role, and an odd image. */
function smallNetwork(): Graph {
  const builder = new GraphBuilder('small');
  const image = builder.input('image', [2, 9, 7, 3]);
  const stem = conv2d(builder, image, { name: 'stem/conv', filters: 8, kernel: 3, strides: 2, bias: false });
  const normal = batchNorm(builder, stem, { name: 'stem/norm' });
  const active = builder.node('relu6', [normal], {}, 'stem/relu6');
  const depthwise = depthwiseConv2d(builder, active, { name: 'block/depthwise', kernel: 3, multiplier: 2 });
  const grouped = conv2d(builder, depthwise, { name: 'block/grouped', filters: 8, kernel: 3, groups: 4 });
  const project = pointwiseConv2d(builder, grouped, { name: 'block/project', filters: 8 });
  const sum = builder.node('add', [project, active], {}, 'block/add');
  const separable = separableConv2d(builder, sum, { name: 'tail', filters: 6, kernel: [3, 1] });
  const pooled = builder.node('global-average-pool2d', [separable], {}, 'pool');
  const logits = dense(builder, pooled, { name: 'logits', filters: 5 });
  return builder.build([builder.node('softmax', [logits], { axis: 1 }, 'softmax')]);
}

describe('costOf', () => {
  const cost = costOf(smallNetwork());
  const layer = (name: string) => cost.layers.find((l) => l.name === name);

  test('counts every layer by its formula', () => {
    // The stem makes 2×5×4 pixels of the 2×9×7 ones.
    const pixels = 2 * 5 * 4;
    expect(cost.layers.map(({ name, type, macs }) => [name, type, macs])).toEqual([
      ['stem/conv', 'standard', pixels * 8 * 9 * 3],
      ['stem/norm', 'batch-norm', 0],
      ['stem/relu6', 'activation', 0],
      ['block/depthwise', 'depthwise', pixels * 16 * 9],
      ['block/grouped', 'grouped', pixels * 8 * 9 * 4],
      ['block/project', 'pointwise', pixels * 8 * 8],
      ['block/add', 'elementwise', 0],
      ['tail', 'separable', pixels * 8 * 3 + pixels * 8 * 6],
      ['pool', 'pooling', 0],
      ['logits/flatten', 'other', 0],
      ['logits', 'dense', 2 * 6 * 5],
      ['softmax', 'activation', 0],
    ]);
  });

  test('keeps MACs and FLOPs apart', () => {
    for (const { macs, flops } of [...cost.layers, cost.totals]) expect(flops).toBe(2 * macs);
  });

  test('counts parameters under four definitions', () => {
    expect(layer('stem/conv')?.params).toEqual({ weights: 216, trainable: 216, total: 216, folded: 216 + 8 });
    expect(layer('stem/norm')?.params).toEqual({ weights: 0, trainable: 16, total: 32, folded: 0 });
    expect(layer('block/depthwise')?.params).toEqual({
      weights: 144,
      trainable: 160,
      total: 160,
      folded: 160,
    });
  });

  test('counts bytes of what is read and written once', () => {
    expect(layer('stem/conv')).toMatchObject({
      inputShape: [2, 9, 7, 3],
      outputShape: [2, 5, 4, 8],
      activationElements: 320,
      activationBytes: 1280,
      weightBytes: 864,
      readBytes: 4 * (2 * 9 * 7 * 3) + 864,
      writtenBytes: 1280,
    });
    expect(layer('block/add')).toMatchObject({ readBytes: 2 * 1280, writtenBytes: 1280 });
    expect(layer('logits/flatten')).toMatchObject({ activationElements: 0, readBytes: 0, writtenBytes: 0 });
  });

  test('counts of a slice what it takes', () => {
    const builder = new GraphBuilder('half');
    const image = builder.input('image', [1, 4, 4, 8]);
    const half = { starts: [0, 0, 0, 4], ends: [1, 4, 4, 8], steps: [1, 1, 1, 1] };
    const [slice] = costOf(builder.build([builder.node('slice', [image], half, 'half')])).layers;
    expect(slice).toMatchObject({ readBytes: 4 * 64, writtenBytes: 4 * 64, activationElements: 64 });
  });

  test('groups layers by the name before the first slash', () => {
    expect(new Set(cost.layers.map(({ block }) => block))).toEqual(
      new Set(['stem', 'block', 'tail', 'pool', 'logits', 'softmax']),
    );
  });

  test('adds up: layers to totals, types to totals, shares to 1', () => {
    for (const key of [
      'macs',
      'flops',
      'activationElements',
      'activationBytes',
      'readBytes',
      'writtenBytes',
    ] as const) {
      expect(cost.totals[key]).toBe(cost.layers.reduce((sum, l) => sum + l[key], 0));
    }
    expect(cost.totals.macs).toBe(cost.byType.reduce((sum, { macs }) => sum + macs, 0));
    expect(cost.byType.reduce((sum, { macShare }) => sum + macShare, 0)).toBeCloseTo(1, 12);
    for (const key of ['weights', 'trainable', 'total', 'folded'] as const) {
      expect(cost.totals.params[key]).toBe(cost.byType.reduce((sum, { params }) => sum + params[key], 0));
      expect(cost.byType.reduce((sum, { paramShare }) => sum + paramShare[key], 0)).toBeCloseTo(1, 12);
    }
    for (const groups of [cost.byType, cost.byBlock]) {
      expect(groups.reduce((sum, { layers }) => sum + layers, 0)).toBe(cost.layers.length);
      for (const key of ['macs', 'flops', 'activationBytes', 'weightBytes', 'readBytes'] as const) {
        expect(groups.reduce((sum, group) => sum + group[key], 0)).toBe(cost.totals[key]);
      }
    }
    expect(cost.byBlock.map(({ block }) => block)).toEqual([
      'stem',
      'block',
      'tail',
      'pool',
      'logits',
      'softmax',
    ]);
  });

  test('gives the arithmetic intensity in FLOPs per byte', () => {
    const pixels = 2 * 5 * 4;
    // Input, weight [3, 3, 4, 8], bias and output.
    const bytes = 4 * (pixels * 16 + 288 + 8 + pixels * 8);
    expect(layer('block/grouped')?.intensity).toBe((2 * pixels * 8 * 9 * 4) / bytes);
    expect(layer('logits/flatten')?.intensity).toBe(0);
    expect(cost.totals.intensity).toBe(
      cost.totals.flops / (cost.totals.readBytes + cost.totals.writtenBytes),
    );
  });
});

const countOf = (graph: Graph): number =>
  graph.parameters.reduce((sum, { shape }) => sum + elementCount(shape), 0);

/** What the graph's own pass leaves, with numbers in it. */
const foldedCount = (graph: Graph): number =>
  countOf(foldBatchNorm({ graph, weights: initializeWeights(graph, 1) }).graph);

/** Two convolutions with one weight: `norms` says behind which of them a BatchNorm stands. */
function sharedWeight(norms: readonly boolean[]): Graph {
  const builder = new GraphBuilder('shared');
  const image = builder.input('image', [1, 4, 4, 2]);
  const weight = builder.parameter('weight', [1, 1, 2, 2], 'weight');
  const outputs = norms.map((norm, index) => {
    const branch = builder.node('pointwise-conv2d', [image, weight], {}, `branch_${index}/conv`);
    return norm ? batchNorm(builder, branch, { name: `branch_${index}/norm` }) : branch;
  });
  return builder.build(outputs);
}

/** A convolution whose result is read past its BatchNorm too, so that nothing folds. */
function peekedAt(): Graph {
  const builder = new GraphBuilder('peeked-at');
  const image = builder.input('image', [1, 4, 4, 2]);
  const conv = pointwiseConv2d(builder, image, { name: 'conv', filters: 2, bias: false });
  return builder.build([builder.node('add', [batchNorm(builder, conv), conv], {})]);
}

/** BatchNorm behind an input, behind another BatchNorm, behind a layer with a bias, and behind a dense layer. */
function variousNorms(): Graph {
  const builder = new GraphBuilder('norms');
  const image = builder.input('image', [1, 4, 4, 2]);
  const twice = batchNorm(builder, batchNorm(builder, image));
  const depthwise = batchNorm(builder, depthwiseConv2d(builder, twice, { kernel: 3, multiplier: 3 }));
  const separable = batchNorm(builder, separableConv2d(builder, depthwise, { kernel: 3, filters: 4 }));
  return builder.build([batchNorm(builder, dense(builder, separable, { filters: 3, bias: false }))]);
}

describe('folded parameters are those that the pass foldBatchNorm leaves', () => {
  test.each([
    ['a small network', smallNetwork()],
    ['one weight, two norms', sharedWeight([true, true])],
    ['one weight, norm first', sharedWeight([true, false])],
    ['one weight, norm last', sharedWeight([false, true])],
    ['a result that is read past its norm', peekedAt()],
    ['norms behind anything', variousNorms()],
  ])('%s', (_, graph) => {
    const { totals, byType } = costOf(graph);
    expect(totals.params.folded).toBe(foldedCount(graph));
    expect(totals.params.total).toBe(countOf(graph));
    expect(byType.reduce((sum, { params }) => sum + params.folded, 0)).toBe(totals.params.folded);
  });
});

describe('a parameter of two nodes', () => {
  test('counts once in the totals and for each of its layers', () => {
    const { layers, totals } = costOf(sharedWeight([false, false]));
    expect(layers.map(({ params }) => params.total)).toEqual([4, 4]);
    expect(totals.params.total).toBe(4);
    expect(totals.weightBytes).toBe(16);
  });
});

describe('layer types go by what is computed', () => {
  test.each([
    ['pointwise', 'a 1×1 conv2d', { filters: 4, kernel: 1, strides: 2 }],
    ['depthwise', 'a conv2d with a group per channel', { filters: 8, kernel: 3, groups: 4 }],
    ['grouped', 'a conv2d with fewer groups', { filters: 8, kernel: 1, groups: 2 }],
    ['standard', 'any other conv2d', { filters: 8, kernel: [1, 3] as const }],
  ])('%s: %s', (type, _, options) => {
    const builder = new GraphBuilder('type');
    const image = builder.input('image', [1, 5, 5, 4]);
    expect(costOf(builder.build([conv2d(builder, image, options)])).layers[0]?.type).toBe(type);
  });
});

describe('what cannot be counted is an error', () => {
  test('every product has a formula, and every normalization a layer type of its own', () => {
    const ofKind = (kind: OpKind) => opNames.filter((op) => contractOf(op).kind === kind);
    expect(Object.keys(formulas)).toEqual(expect.arrayContaining(ofKind('product')));
    expect(layerTypes).toEqual(expect.arrayContaining(ofKind('normalization')));
  });

  test('an unknown op is named, not counted as zero', () => {
    const graph = smallNetwork();
    const strange = { ...graph.nodes[0], name: 'strange', op: 'fourier-mix' } as unknown as Node;
    const cost = () => costOf({ ...graph, nodes: [strange] });
    expect(cost).toThrow(CostError);
    expect(cost).toThrow(/node "strange" has the op "fourier-mix", for which there is no cost formula/);
  });

  test('a count above the exact integers is refused', () => {
    const builder = new GraphBuilder('huge');
    const image = builder.input('image', [1, 2 ** 20, 2 ** 20, 16]);
    const graph = builder.build([conv2d(builder, image, { name: 'wide', filters: 512, kernel: 1 })]);
    expect(() => costOf(graph)).toThrow(
      /the MACs of conv2d "wide" is about .*, the largest count that is exact/,
    );
  });

  test('an empty network costs nothing and divides nothing by zero', () => {
    const builder = new GraphBuilder('identity');
    const { totals, byType } = costOf(builder.build([builder.input('image', [1, 2, 2, 1])]));
    expect(totals.macs).toBe(0);
    expect(byType).toEqual([]);
  });
});
