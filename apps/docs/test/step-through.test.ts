import { describe, expect, test } from 'vitest';
import { runExample, size } from '../src/islands/step-through/example.js';
import { positionAt, separableWalk, standardWalk, type Walk } from '../src/islands/step-through/walk.js';

const example = runExample();

/** The element of an image `[1, H, W, C]` or a weight `[K, K, C, M]`, by its last three or all four indices. */
const at = (tensor: { shape: readonly number[]; data: ArrayLike<number> }, ...index: number[]): number =>
  tensor.data[index.reduce((sum, part, axis) => sum * tensor.shape[axis]! + part, 0)]!;

describe('the step-through', () => {
  test('both forms give the same output', () => {
    expect([...example.separableOutput.data]).toEqual([...example.standardOutput.data]);
  });

  test('its walks have as many multiply-adds as the reference counted', () => {
    expect(standardWalk().total).toBe(example.macs.standard);
    expect(separableWalk().total).toBe(example.macs.depthwise + example.macs.pointwise);
    expect([standardWalk().total, separableWalk().total]).toEqual([972, 351]);
  });

  test('the numbers that meet in a step add up to the output that the reference computed', () => {
    const checkAll = (walk: Walk) => {
      for (const { kind, to, taps } of walk.steps) {
        const products = taps.map(({ from, i, j }) => {
          const source = kind === 'pointwise' ? example.middle : example.input;
          const value = at(source, 0, from.y, from.x, from.channel);
          if (kind === 'standard') return value * at(example.standardWeight, i, j, from.channel, to.channel);
          if (kind === 'depthwise') return value * at(example.depthwiseWeight, i, j, from.channel, 0);
          return value * at(example.pointwiseWeight, 0, 0, from.channel, to.channel);
        });
        const output = {
          standard: example.standardOutput,
          depthwise: example.middle,
          pointwise: example.separableOutput,
        };
        expect(products.reduce((sum, product) => sum + product, 0)).toBe(
          at(output[kind], 0, to.y, to.x, to.channel),
        );
      }
    };
    checkAll(standardWalk());
    checkAll(separableWalk());
  });

  test('a position names the next multiply-add, and there is none at the end', () => {
    const walk = separableWalk();
    expect(positionAt(walk, 0)).toMatchObject({ finished: 0, tapIndex: 0 });
    expect(positionAt(walk, 9)).toMatchObject({ finished: 1, tapIndex: 0 });
    const depthwise = example.macs.depthwise;
    expect(positionAt(walk, depthwise - 1)?.step.kind).toBe('depthwise');
    expect(positionAt(walk, depthwise)?.step.kind).toBe('pointwise');
    expect(positionAt(walk, walk.total - 1)?.tapIndex).toBe(size.inputChannels - 1);
    expect(positionAt(walk, walk.total)).toBeUndefined();
  });
});
