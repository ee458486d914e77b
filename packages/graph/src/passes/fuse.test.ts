import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../builder.js';
import { inferTypes } from '../infer.js';
import { batchNorm, conv2d, pointwiseConv2d, separableConv2d } from '../layers.js';
import { fuseGraph, fuseNodes } from './fuse.js';

function fusedNames(build: (builder: GraphBuilder, input: string) => readonly string[]): string[] {
  const builder = new GraphBuilder('test');
  const graph = builder.build(build(builder, builder.input('input', [1, 4, 4, 8])));
  return fuseGraph(graph).nodes.map(
    ({ node, epilogue, addend }) =>
      `${[node.op, ...epilogue.map(({ kind }) => kind)].join(' ')}${addend === undefined ? '' : ` with ${addend}`}`,
  );
}

const pointwise = (builder: GraphBuilder, input: string, name: string): string =>
  pointwiseConv2d(builder, input, { filters: 8, name });

describe('epilogues', () => {
  test('an activation joins its convolution', () => {
    expect(fusedNames((b, x) => [b.node('relu6', [pointwise(b, x, 'a')], {})])).toEqual([
      'pointwise-conv2d clamp',
    ]);
  });

  test('an inverted residual adds its input in the store of the projection', () => {
    expect(
      fusedNames((b, x) => {
        const start = pointwise(b, x, 'start');
        return [b.node('add', [pointwise(b, start, 'project'), start], {})];
      }),
    ).toEqual(['pointwise-conv2d', 'pointwise-conv2d add with start']);
  });

  test('activations before and after an addition all join', () => {
    expect(
      fusedNames((b, x) => {
        const clamped = b.node('clamp', [pointwise(b, x, 'a')], { min: -1, max: 1 });
        return [b.node('relu', [b.node('add', [x, clamped], {})], {})];
      }),
    ).toEqual(['pointwise-conv2d clamp add clamp with input']);
  });

  test('a value that somebody else reads is not swallowed', () => {
    expect(
      fusedNames((b, x) => {
        const a = pointwise(b, x, 'a');
        return [b.node('relu', [a], {}), a];
      }),
    ).toEqual(['pointwise-conv2d', 'relu']);
  });

  test('an addition of two convolutions joins the later one, when the other is there', () => {
    expect(
      fusedNames((b, x) => {
        const [first, second] = [pointwise(b, x, 'first'), pointwise(b, x, 'second')];
        return [b.node('add', [first, second], {})];
      }),
    ).toEqual(['pointwise-conv2d', 'pointwise-conv2d add with first']);
  });

  test('a broadcast addition and a second one stay by themselves', () => {
    expect(
      fusedNames((b, x) => {
        const wide = pointwise(b, x, 'a');
        const gate = b.node('global-average-pool2d', [x], {});
        return [b.node('add', [wide, gate], {})];
      }),
    ).toEqual(['pointwise-conv2d', 'global-average-pool2d', 'add']);
    expect(
      fusedNames((b, x) => {
        const sum = b.node('add', [conv2d(b, x, { filters: 8, kernel: 3 }), x], {});
        return [b.node('add', [sum, x], {})];
      }),
    ).toEqual(['conv2d add with input', 'add']);
  });
});

describe('what has to run', () => {
  test('is neither a norm that folds, nor a view, nor what nobody reads', () => {
    const builder = new GraphBuilder('test');
    const input = builder.input('input', [1, 4, 4, 8]);
    const conv = separableConv2d(builder, input, { name: 'conv', filters: 8, kernel: 3, bias: false });
    const active = builder.node('relu', [batchNorm(builder, conv, { name: 'norm' })], {}, 'active');
    builder.node('tanh', [active], {}, 'dead');
    const flat = builder.node('flatten', [active], {}, 'flat');
    const graph = builder.build([builder.node('softmax', [flat], { axis: 1 }, 'softmax')]);
    const { nodes, views } = fuseGraph(graph);
    expect(nodes.map(({ names, output }) => [names, output])).toEqual([
      [['conv/depthwise'], 'conv/depthwise'],
      [['conv', 'active'], 'active'],
      [['softmax'], 'softmax'],
    ]);
    expect([...views]).toEqual([['flat', 'active']]);
    expect(structuredClone(fuseGraph(graph))).toEqual(fuseGraph(graph));
  });

  test('is joined as a rule allows', () => {
    const builder = new GraphBuilder('test');
    const conv = pointwise(builder, builder.input('input', [1, 4, 4, 8]), 'conv');
    const bounded = builder.node('relu6', [conv], {}, 'bounded');
    const graph = builder.build([builder.node('relu', [bounded], {}, 'again')]);
    const fused = fuseNodes(graph, inferTypes(graph), {
      takesEpilogue: ({ op }) => op === 'pointwise-conv2d',
      takesStage: (_, before) => before.length === 0,
    });
    expect(fused.map(({ names }) => names)).toEqual([['conv', 'bounded'], ['again']]);
  });
});
