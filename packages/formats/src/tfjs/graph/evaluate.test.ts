import { runReference } from '@sepconv/reference';
import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { inspectTfjs, readTfjs } from '../../../test/read-now.js';
import { constants, frame, limited, loop, model, type TestNode, y } from '../../../test/tfjs-loops.js';
import { FormatError, type TfjsParts } from '../../tfjs.js';

const x = [1, 2, 3, 4, 5, 6];
function run(parts: TfjsParts): number[] {
  const { network, outputs } = readTfjs(parts);
  const results = runReference(network, new Map([['x', float32Tensor([2, 3], x)]]));
  return [...(results.get(outputs[0]?.name ?? '')?.data ?? [])];
}
function messageOf(parts: TfjsParts): string {
  try {
    readTfjs(parts);
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError);
    return (error as Error).message;
  }
  throw new Error('the model was read');
}

describe('a loop', () => {
  test('is its body as often as it runs', () => {
    expect(run(model(loop([y], limited), constants))).toEqual(x.map((value) => -4 * value));
    expect(run(model(loop([y], limited), { ...constants, rounds: 0 }))).toEqual(x.map((value) => -value));
    const { network } = readTfjs(model(loop([y], limited), constants));
    expect(network.graph.nodes.map(({ op }) => op)).toEqual(['add', 'add', 'add', 'neg']);
  });

  test('may run as often as an image has rows', () => {
    const rows: TestNode[] = [
      { name: 'shape', op: 'Shape', input: ['x'] },
      {
        name: 'rounds',
        op: 'StridedSlice',
        input: ['shape', 'list0', 'list1', 'list1'],
        attr: { shrink_axis_mask: { i: '1' } },
      },
    ];
    const parts = model([...rows, ...loop([y], limited)], { zero: 0, one: 1, list0: [0], list1: [1] });
    expect(run(parts)).toEqual(x.map((value) => -3 * value));
  });

  test('of what the network computes is refused by name, and inspected', () => {
    const computed: TestNode[] = [
      { name: 'axes', op: 'Identity', input: ['list'] },
      { name: 'goes', op: 'Mean', input: ['merge/v', 'axes'] },
    ];
    const parts = model(loop([y], computed), { ...constants, list: [0, 1] });
    expect(messageOf(parts)).toContain('the condition of its loop depends on what the network computes');
    expect(inspectTfjs(parts.model).ops.find(({ op }) => op === 'LoopCond')?.count).toBe(1);
  });

  test('without end is refused', () => {
    const endless: TestNode[] = [{ name: 'goes', op: 'Identity', input: ['one'] }];
    expect(messageOf(model(loop([y], endless), constants))).toContain('more than 65536 nodes');
  });

  test.each(['TensorList', 'TensorArray'])('reads and fills a %s', (kind) => {
    const at = 'switch/i:1';
    const lists: Record<string, TestNode[]> = {
      TensorList: [
        { name: 'from', op: 'TensorListFromTensor', input: ['x', 'shape'] },
        { name: 'to', op: 'TensorListReserve', input: ['shape', 'rounds'] },
        { name: 'enter/from', op: 'Enter', input: ['from'], attr: frame },
        { name: 'row', op: 'TensorListGetItem', input: ['enter/from', at, 'shape'] },
        { name: 'put', op: 'TensorListSetItem', input: ['switch/v:1', at, 'new'] },
        { name: 'all', op: 'TensorListStack', input: ['exit/v', 'shape'] },
      ],
      TensorArray: [
        { name: 'array', op: 'TensorArrayV3', input: ['rounds'] },
        { name: 'indices', op: 'Range', input: ['zero', 'rounds', 'one'] },
        { name: 'from', op: 'TensorArrayScatterV3', input: ['array', 'indices', 'x', 'array:1'] },
        { name: 'made', op: 'TensorArrayV3', input: ['rounds'] },
        { name: 'to', op: 'Identity', input: ['made:1'] },
        { name: 'enter/from', op: 'Enter', input: ['from'], attr: frame },
        { name: 'row', op: 'TensorArrayReadV3', input: ['array', at, 'enter/from'] },
        { name: 'put', op: 'TensorArrayWriteV3', input: ['made', at, 'new', 'switch/v:1'] },
        { name: 'all', op: 'TensorArrayGatherV3', input: ['made', 'indices', 'exit/v'] },
      ],
    };
    const body: TestNode[] = [
      { name: 'new', op: 'Neg', input: ['row'] },
      { name: 'y', op: 'Abs', input: ['all'] },
    ];
    const changed = loop([], limited).map((node) => {
      if (node.name === 'enter/v') return { ...node, input: ['to'] };
      return node.name === 'next/v' ? { ...node, input: ['put'] } : node;
    });
    const used = changed.filter(({ name }) => name !== 'body/v');
    const parts = model([...(lists[kind] ?? []), ...body, ...used], { ...constants, rounds: 2, shape: [3] });
    expect(run(parts)).toEqual(x);
    expect(readTfjs(parts).network.graph.nodes.some(({ op }) => op === 'concat')).toBe(true);
  });
});

describe('a branch', () => {
  const branch = (condition: number): TfjsParts =>
    model(
      [
        { name: 'switch', op: 'Switch', input: ['x', 'condition'] },
        { name: 'pivot', op: 'Identity', input: ['switch:1'] },
        { name: 'no', op: 'Neg', input: ['switch'] },
        { name: 'strange', op: 'Unreadable', input: ['switch'] },
        { name: 'yes', op: 'AddN', input: ['number', '^pivot'] },
        { name: 'merge', op: 'Merge', input: ['no', 'yes'] },
        { name: 'either', op: 'Merge', input: ['strange', 'switch:1'] },
        { name: 'y', op: 'AddV2', input: ['x', condition === 0 ? 'merge' : 'either'] },
        { name: 'z', op: 'AddV2', input: ['x', 'merge'] },
        { name: 'which', op: 'AddV2', input: ['x', 'merge:1'] },
      ],
      { condition, number: 7 },
    );

  test('is taken by a known condition; of the other one nothing has to be readable', () => {
    expect(run(branch(0))).toEqual(x.map(() => 0));
    expect(run(branch(1))).toEqual(x.map((value) => 2 * value));
  });

  test('may hold constants that depend on it only by control', () => {
    const output = (parts: TfjsParts, name: string): TfjsParts => ({
      ...parts,
      model: {
        ...(parts.model as object),
        signature: { outputs: { out: { name: `${name}:0`, dtype: 'DT_FLOAT' } } },
      } as never,
    });
    expect(run(output(branch(1), 'z'))).toEqual(x.map((value) => value + 7));
    expect(run(output(branch(1), 'which'))).toEqual(x.map((value) => value + 1));
    expect(run(output(branch(0), 'which'))).toEqual(x);
    expect(messageOf(output(branch(0), 'strange'))).toContain('is an op that cannot be read');
  });
});
