import { float32Tensor, type Tensor } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { ConformanceError } from './errors.ts';
import { classesOf, sweep } from './sweep.ts';
import type { Runner } from './types.ts';

/** All that these tests run is relu. */
const reluBy =
  (map: (value: number) => number): Runner =>
  ({ graph }, inputs) => {
    const [input] = [...inputs.values()] as [Tensor];
    return new Map([[graph.outputs[0]!, float32Tensor(input.shape, Float32Array.from(input.data, map))]]);
  };

const oracle = reluBy((x) => Math.max(0, x));

describe('sweep', () => {
  it('reports how many cases of which class it ran', async () => {
    const report = await sweep({ op: 'relu', implementation: oracle, oracle, runs: 34 });
    const classes = Object.keys(classesOf('relu'));
    expect([...report.casesByClass.keys()]).toEqual(classes);
    expect(report.cases).toBe(classes.length * Math.ceil(34 / classes.length));
    expect(report.skipped.size).toBe(0);
    expect(report.closest).toContain('relu; input');
  });

  it('runs the same cases for the same seed, and others for another', async () => {
    const inputs = async (seed: number) => {
      const seen: number[] = [];
      const implementation: Runner = (network, given) => {
        seen.push(given.get('input')!.data[0]!);
        return oracle(network, given);
      };
      await sweep({ op: 'relu', implementation, oracle, seed });
      return seen;
    };
    expect(await inputs(1)).toEqual(await inputs(1));
    expect(await inputs(1)).not.toEqual(await inputs(2));
  });

  it('says class, seed, shapes and the first mismatches of the smallest case that fails', async () => {
    const implementation = reluBy((x) => (x > 1 ? x + 1 : Math.max(0, x)));
    const failing = sweep({ op: 'relu', implementation, oracle, classes: ['c_eq_8'], seed: 3 });
    await expect(failing).rejects.toThrow(ConformanceError);
    await expect(failing).rejects.toThrow(
      /^relu, class c_eq_8, seed 3, smallest failing case after \d+ reductions:\n/,
    );
    // Batch, height and width have been reduced to 1 where that still fails.
    await expect(failing).rejects.toThrow(
      /relu; input 1×\d×\d×8; \w+ values, seed \d+\n"relu": \d+ elements out of bounds/,
    );
    await expect(failing).rejects.toThrow(/at \[0, \d, \d, \d\]: \S+ instead of \S+, off by 1/);
  });

  it('counts what was skipped by reason, and fails if nothing was run', async () => {
    const even = await sweep({
      op: 'relu',
      implementation: oracle,
      oracle,
      skip: ({ inputs }) => (inputs.get('input')!.shape.length === 2 ? 'rows' : undefined),
    });
    expect(even.skipped.get('rows')).toBeGreaterThan(0);
    expect(even.casesByClass.get('rows')).toBe(0);
    const nothing = { op: 'relu', implementation: oracle, oracle, skip: () => 'not supported' } as const;
    await expect(sweep(nothing)).rejects.toThrow(
      /the sweep of relu ran no case \(\d+ skipped: not supported\)/,
    );
    await expect(sweep({ ...nothing, classes: [] })).rejects.toThrow('ran no case (no class was asked for)');
  });

  it('refuses a class that it does not have', async () => {
    await expect(sweep({ op: 'relu', implementation: oracle, oracle, classes: ['groups'] })).rejects.toThrow(
      'relu has no shape class "groups"; it has c_one, c_not_div_4,',
    );
  });
});
