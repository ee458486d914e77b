/** @file Small TF.js graph models with loops, for tests. */
import type { TfjsParts } from '../src/tfjs.js';

export type TestNode = { name: string; op: string; input?: string[]; attr?: object };

/** A graph of these nodes, of `x` [2, 3] and of constants: numbers, of the dtype int32 where they are a list. */
export function model(
  nodes: readonly TestNode[],
  constants: Record<string, number | readonly number[]>,
  output = 'y',
): TfjsParts {
  const entries = Object.entries(constants);
  const bytes = new Uint8Array(Int32Array.from(entries.flatMap(([, numbers]) => numbers)).buffer);
  const weights = entries.map(([name, numbers]) => ({
    name,
    dtype: 'int32',
    shape: typeof numbers === 'number' ? [] : [numbers.length],
  }));
  const dim = [{ size: '2' }, { size: '3' }];
  const x = {
    name: 'x',
    op: 'Placeholder',
    attr: { dtype: { type: 'DT_FLOAT' }, shape: { shape: { dim } } },
  };
  const node = [x, ...entries.map(([name]) => ({ name, op: 'Const' })), ...nodes];
  const tensor = { name: `${output}:0`, dtype: 'DT_FLOAT' };
  return {
    model: {
      format: 'graph-model',
      modelTopology: { node },
      signature: { outputs: { [output]: tensor } },
      weightsManifest: [{ paths: ['shard'], weights }],
    },
    shards: new Map([['shard', bytes]]),
  };
}

export const frame = { frame_name: { s: btoa('loop') } };
/** A loop of `rounds` that adds x to what it began with; `condition` reads the counter and the limit. */
export const loop = (last: TestNode[], condition: TestNode[]): TestNode[] => [
  { name: 'enter/i', op: 'Enter', input: ['zero'], attr: frame },
  { name: 'enter/v', op: 'Enter', input: ['x'], attr: frame },
  { name: 'enter/x', op: 'Enter', input: ['x'], attr: frame },
  { name: 'merge/i', op: 'Merge', input: ['enter/i', 'next/i'] },
  { name: 'merge/v', op: 'Merge', input: ['enter/v', 'next/v'] },
  ...condition,
  { name: 'cond', op: 'LoopCond', input: ['goes'] },
  { name: 'switch/i', op: 'Switch', input: ['merge/i', 'cond'] },
  { name: 'switch/v', op: 'Switch', input: ['merge/v', 'cond'] },
  { name: 'body/i', op: 'AddV2', input: ['switch/i:1', 'one'] },
  { name: 'body/v', op: 'AddV2', input: ['switch/v:1', 'enter/x'] },
  { name: 'next/i', op: 'NextIteration', input: ['body/i'] },
  { name: 'next/v', op: 'NextIteration', input: ['body/v'] },
  { name: 'exit/i', op: 'Exit', input: ['switch/i'] },
  { name: 'exit/v', op: 'Exit', input: ['switch/v'] },
  ...last,
];
export const limited: TestNode[] = [
  { name: 'enter/limit', op: 'Enter', input: ['rounds'], attr: frame },
  { name: 'goes', op: 'Less', input: ['merge/i', 'enter/limit'] },
];
export const constants = { zero: 0, one: 1, rounds: 3 };
export const y: TestNode = { name: 'y', op: 'Neg', input: ['exit/v'] };
