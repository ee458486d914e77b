import { opNames, validateNetwork } from '@sepconv/graph';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkClasses } from './networks.ts';
import { conformanceOps } from './registry.ts';

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

  it('draws both means of quantized images in each class', () => {
    for (const drawn of Object.values(conformanceOps['quantized-global-average-pool2d'].classes)) {
      const ways = fc
        .sample(drawn, { seed: 1, numRuns: 40 })
        .map(({ network }) => 'requantize' in network.graph.nodes[0]!.attributes);
      expect(new Set(ways)).toEqual(new Set([true, false]));
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
