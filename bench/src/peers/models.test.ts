import { describe, expect, test } from 'vitest';
import { buildModel, parseModelName } from './models.ts';

describe('models', () => {
  test('names tell generation, width and resolution', () => {
    expect(parseModelName('v2-0.5-160')).toEqual({ generation: 2, width: 0.5, resolution: 160 });
  });

  test('other names are refused with an example', () => {
    expect(() => parseModelName('v3-1.0-224')).toThrow('called like v1-1.0-224');
  });

  test('the same name gives the same numbers', () => {
    const [a, b] = [buildModel('v1-0.25-32'), buildModel('v1-0.25-32')];
    const numbers = ({ input, network }: typeof a): Buffer[] =>
      [input, ...network.weights.values()].map(({ data }) => Buffer.from(data.buffer));
    expect(Buffer.concat(numbers(a)).equals(Buffer.concat(numbers(b)))).toBe(true);
    expect(a.folded.graph.nodes.some(({ op }) => op === 'batch-norm')).toBe(false);
  });
});
