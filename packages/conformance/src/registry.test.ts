import { type AttributesOf, type OpName, opNames, type Requantize, validateNetwork } from '@sepconv/graph';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkClasses } from './networks.ts';
import { conformanceOps } from './registry.ts';

/** Ops that say what their result is stored as and how its sums are rounded. */
type RequantizingOp = {
  [Op in OpName]: AttributesOf[Op] extends { readonly output: unknown }
    ? 'requantize' extends keyof AttributesOf[Op]
      ? Op
      : never
    : never;
}[OpName];

/** Every way of rounding that an op has; the compiler asks for each op that has the attribute. */
const roundings: Readonly<Record<RequantizingOp, readonly (Requantize | 'stored')[]>> = {
  'quantized-conv2d': ['fixed-point', 'float32'],
  'quantized-global-average-pool2d': ['fixed-point', 'float32', 'stored'],
  'quantized-matmul': ['fixed-point', 'float32'],
  'quantized-mul': ['fixed-point', 'float32'],
};

describe('conformanceOps', () => {
  it('has every op of the graph and no other', () => {
    expect(Object.keys(conformanceOps).sort()).toEqual([...opNames]);
  });

  it.each(opNames)('%s draws valid networks of that op, with special values among the classes', (op) => {
    const { classes } = conformanceOps[op];
    expect(Object.keys(classes)).toContain('special_values');
    for (const drawn of Object.values(classes).flatMap((c) => fc.sample(c, { seed: 1, numRuns: 5 }))) {
      expect(drawn.network.graph.nodes.map((node) => node.op)).toEqual([op]);
      expect(() => validateNetwork(drawn.network)).not.toThrow();
      expect([...drawn.inputs.keys()]).toEqual(drawn.network.graph.inputs.map(({ name }) => name));
      expect(drawn.label).toMatch(new RegExp(`^${op}; .*seed \\d+$`));
    }
  });

  it.each(Object.keys(roundings) as RequantizingOp[])('%s draws each way of rounding in each class', (op) => {
    for (const drawn of Object.values(conformanceOps[op].classes)) {
      const attributes = fc
        .sample(drawn, { seed: 1, numRuns: 40 })
        .map(({ network }) => network.graph.nodes[0]?.attributes as AttributesOf[RequantizingOp]);
      const ways = new Set(attributes.map(({ requantize }) => requantize));
      expect([...ways].sort()).toEqual(roundings[op]);
    }
  });

  it('draws the same cases from the same seed', () => {
    const draw = () => fc.sample(conformanceOps.conv2d.classes.stride!, { seed: 7, numRuns: 10 });
    expect(draw()).toEqual(draw());
  });

  it('puts NaN, infinities and subnormal numbers among special values', () => {
    const drawn = fc.sample(conformanceOps.relu.classes.special_values!, { seed: 1, numRuns: 100 });
    const values = drawn.flatMap(({ inputs }) => Array.from(inputs.get('input')!.data));
    expect(values.some(Number.isNaN)).toBe(true);
    expect(values).toEqual(expect.arrayContaining([Infinity, -Infinity, 2 ** -149]));
    expect(values.some((value) => Object.is(value, -0))).toBe(true);
  });
});

describe('networkClasses', () => {
  it.each(Object.keys(networkClasses))('%s draws valid networks', (name) => {
    for (const { network, label } of fc.sample(networkClasses[name]!, { seed: 1, numRuns: 20 })) {
      expect(() => validateNetwork(network)).not.toThrow();
      expect(label).toContain(name);
    }
  });
});
