import {
  conv2d,
  dense,
  GraphBuilder,
  GraphError,
  initializeWeights,
  type Network,
  opNames,
  ShapeError,
} from '@sepconv/graph';
import { createRandom, float32Tensor, randomTensor, type Tensor, zeros } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import {
  createMacCounter,
  ReferenceRunError,
  runReference,
  runReferenceNode,
  runReferenceWith,
} from './index.js';
import * as ops from './ops.js';
import { referenceOps } from './registry.js';
import { valuesOf } from './testing/run-op.js';

/** relu(a + b) and a itself. */
function twoInputs(): Network {
  const builder = new GraphBuilder('two');
  const a = builder.input('a', [2]);
  const b = builder.input('b', [2]);
  const sum = builder.node('add', [a, b], {}, 'sum');
  return { graph: builder.build([builder.node('relu', [sum], {}, 'out'), a]), weights: new Map() };
}

function classifier(): Network {
  const builder = new GraphBuilder('classifier');
  const image = builder.input('image', [1, 4, 4, 3]);
  const features = conv2d(builder, image, { name: 'conv', filters: 5, kernel: 3, strides: 2 });
  const pooled = builder.node('global-average-pool2d', [features], {}, 'pool');
  const graph = builder.build([dense(builder, pooled, { name: 'head', filters: 2 })]);
  return { graph, weights: initializeWeights(graph, 1) };
}

describe('runReference', () => {
  it('returns the outputs by name, an input among them', () => {
    const a = float32Tensor([2], [1, -5]);
    const outputs = runReference(
      twoInputs(),
      new Map([
        ['a', a],
        ['b', float32Tensor([2], [1, 2])],
      ]),
    );
    expect([...outputs.keys()]).toEqual(['out', 'a']);
    expect(valuesOf(outputs.get('out')!)).toEqual([2, 0]);
    expect(outputs.get('a')).toEqual(a);
  });

  it('takes the tensor itself for the only input', () => {
    const image = randomTensor([1, 4, 4, 3], createRandom(2));
    const output = runReference(classifier(), image);
    expect(output).toEqual(runReference(classifier(), new Map([['image', image]])));
    expect(output.get('head')!.shape).toEqual([1, 2]);
  });

  it('shows every node with its outputs to the observer, in order', () => {
    const seen: [string, readonly Tensor[]][] = [];
    const image = randomTensor([1, 4, 4, 3], createRandom(2));
    const outputs = runReference(classifier(), image, {
      observe: (node, tensors) => {
        seen.push([node.name, tensors]);
      },
    });
    expect(seen.map(([name]) => name)).toEqual(['conv', 'pool', 'head/flatten', 'head']);
    expect(seen.at(-1)?.[1]).toEqual([outputs.get('head')]);
  });

  it('counts multiply-adds by node, over several runs if asked', () => {
    const counter = createMacCounter();
    const network = classifier();
    runReference(network, zeros('float32', [1, 4, 4, 3]), { counter });
    // 2×2 outputs of 5 filters over 3·3·3; 5 features into 2.
    expect([...counter.byNode]).toEqual([
      ['conv', 540],
      ['pool', 0],
      ['head/flatten', 0],
      ['head', 10],
    ]);
    expect(counter.total).toBe(550);
    runReference(network, zeros('float32', [1, 4, 4, 3]), { counter });
    expect(counter.total).toBe(1100);
  });

  it('refuses inputs that do not fit, with a message that says what would', () => {
    const a = float32Tensor([2], [1, 2]);
    const run = (...entries: [string, Tensor][]) => runReference(twoInputs(), new Map(entries));
    expect(() => run(['a', a])).toThrow('needs the input "b" of float32 2, which is missing');
    expect(() => run(['a', a], ['c', a])).toThrow('has no input "c"; it has a, b');
    expect(() => run(['a', a], ['b', float32Tensor([3], [1, 2, 3])])).toThrow(
      'the input "b" must be float32 2, but is float32 3',
    );
    expect(() => run(['a', a], ['b', zeros('int8', [2])])).toThrow('but is int8 2');
    expect(() => runReference(twoInputs(), a)).toThrow('has 2 inputs (a, b): give them as a map by name');
    expect(() => run()).toThrow(ReferenceRunError);
  });

  it('refuses a network that contradicts itself or lacks a weight', () => {
    const { graph } = classifier();
    expect(() => runReference({ graph, weights: new Map() }, zeros('float32', [1, 4, 4, 3]))).toThrow(
      GraphError,
    );
  });
});

describe('runReferenceNode', () => {
  const node = { name: 'r', op: 'relu', inputs: ['x'], outputs: ['r'], attributes: {} } as const;

  it('runs one node', () => {
    expect(runReferenceNode(node, [float32Tensor([2], [-1, 1])])).toEqual([float32Tensor([2], [0, 1])]);
  });

  it('refuses other element types, naming node and input', () => {
    expect(() => runReferenceNode(node, [zeros('float16', [2])])).toThrow(
      'relu "r": the reference computes with float32, but input 0 ("x") is float16; convert it with toFloat32',
    );
  });

  it('refuses inputs that do not fit the op', () => {
    expect(() => runReferenceNode(node, [])).toThrow(ShapeError);
  });
});

describe('the registry', () => {
  it('defines every op of the graph and no other', () => {
    expect(Object.keys(referenceOps).sort()).toEqual([...opNames]);
  });
});

describe('runReferenceWith', () => {
  it('gives what all ops give, of a table with those that the network has', () => {
    const image = randomTensor([1, 4, 4, 3], createRandom(2));
    const counter = createMacCounter();
    const seen: string[] = [];
    const outputs = runReferenceWith(
      {
        conv2d: ops.conv2d,
        'global-average-pool2d': ops.globalAveragePool2d,
        flatten: ops.flatten,
        dense: ops.dense,
      },
      classifier(),
      image,
      { counter, observe: ({ name }) => seen.push(name) },
    );
    const all = createMacCounter();
    expect(outputs).toEqual(runReference(classifier(), image, { counter: all }));
    expect(counter.total).toBe(all.total);
    expect(seen).toEqual(['conv', 'pool', 'head/flatten', 'head']);
  });

  it('names the node and the op that the table lacks', () => {
    const inputs = new Map(['a', 'b'].map((name) => [name, float32Tensor([2], [1, 2])]));
    const run = () => runReferenceWith({ add: ops.elementwiseOps().add }, twoInputs(), inputs);
    expect(run).toThrow(ReferenceRunError);
    expect(run).toThrow(
      'relu "out": the table of ops has no relu, only add; add it from @sepconv/reference/ops, or call runReference, which has them all',
    );
  });
});
