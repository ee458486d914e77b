import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../builder.js';
import { inferTypes } from '../infer.js';
import { separableConv2d } from '../layers.js';
import { expandSeparable } from './expand-separable.js';

function graph(bias: boolean) {
  const builder = new GraphBuilder('g');
  const image = builder.input('image', [1, 8, 8, 3]);
  const features = separableConv2d(builder, image, {
    name: 's',
    filters: 5,
    kernel: 3,
    multiplier: 2,
    strides: 2,
    bias,
  });
  return builder.build([builder.node('relu', [features], {}, 'out')]);
}

describe('expandSeparable', () => {
  it.each([true, false])('puts the two steps in its place, bias %s', (bias) => {
    const before = graph(bias);
    const after = expandSeparable(before);
    const attributes = before.nodes[0]?.attributes;
    expect(after.nodes).toEqual([
      {
        name: 's/depthwise',
        op: 'depthwise-conv2d',
        inputs: ['image', 's/depthwise-weight'],
        outputs: ['s/depthwise'],
        attributes,
      },
      {
        name: 's',
        op: 'pointwise-conv2d',
        inputs: ['s/depthwise', 's/pointwise-weight', ...(bias ? ['s/bias'] : [])],
        outputs: ['s'],
        attributes: {},
      },
      before.nodes[1],
    ]);
    expect(after.parameters).toEqual(before.parameters);
    const types = inferTypes(after);
    expect(types.get('s/depthwise')?.shape).toEqual([1, 4, 4, 6]);
    for (const [name, type] of inferTypes(before)) expect(types.get(name)).toEqual(type);
  });

  it('leaves other nodes alone', () => {
    const once = expandSeparable(graph(true));
    expect(expandSeparable(once)).toEqual(once);
  });
});
