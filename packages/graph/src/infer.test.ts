import { TensorError } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { GraphError, ShapeError } from './errors.js';
import { inferNode, inferTypes } from './infer.js';
import type { Graph, Node } from './types.js';

const relu = (name: string, input: string, output = name): Node => ({
  name,
  op: 'relu',
  inputs: [input],
  outputs: [output],
  attributes: {},
});

const graphOf = (parts: Partial<Graph>): Graph => ({
  name: 'g',
  inputs: [{ name: 'x', shape: [1, 4], dtype: 'float32' }],
  parameters: [],
  nodes: [],
  outputs: [],
  ...parts,
});

const parameter = { name: 'p', shape: [4], dtype: 'float32', role: 'bias' } as const;

describe('inferTypes', () => {
  it('gives the type of every input, parameter and result', () => {
    const add: Node = { name: 'sum', op: 'add', inputs: ['x', 'p'], outputs: ['sum'], attributes: {} };
    const types = inferTypes(
      graphOf({ parameters: [parameter], nodes: [add, relu('r', 'sum')], outputs: ['r'] }),
    );
    expect([...types.keys()]).toEqual(['x', 'p', 'sum', 'r']);
    expect(types.get('r')).toEqual({ shape: [1, 4], dtype: 'float32' });
  });

  it('accepts an input or a parameter as an output', () => {
    expect(() => inferTypes(graphOf({ parameters: [parameter], outputs: ['x', 'p'] }))).not.toThrow();
  });

  it.each<[string, Partial<Graph>, string]>([
    [
      'a value defined twice',
      { nodes: [relu('r', 'x', 'x')] },
      'relu "r" defines the value "x", which is defined already',
    ],
    [
      'an input and a parameter of one name',
      { parameters: [{ ...parameter, name: 'x' }] },
      'the parameter "x" defines the value "x", which is defined already',
    ],
    [
      'two nodes of one name',
      { nodes: [relu('r', 'x', 'a'), relu('r', 'x', 'b')] },
      'two nodes are called "r"',
    ],
    ['an unknown value', { nodes: [relu('r', 'y')] }, 'relu "r" reads "y", which nothing before it defines'],
    [
      'a value before it is defined',
      { nodes: [relu('r', 's'), relu('s', 'x')] },
      'relu "r" reads "s", which nothing before it defines',
    ],
    [
      'a node that reads itself',
      { nodes: [relu('r', 'r')] },
      'relu "r" reads "r", which nothing before it defines',
    ],
    ['a missing output', { outputs: ['y'] }, 'the output "y" is not defined by any input, parameter or node'],
    [
      'an unknown op',
      { nodes: [{ ...relu('r', 'x'), op: 'warp' } as unknown as Node] },
      'node "r" has the unknown op "warp"; known are',
    ],
    [
      'an op named like a method of objects',
      { nodes: [{ ...relu('r', 'x'), op: 'constructor' } as unknown as Node] },
      'node "r" has the unknown op "constructor"',
    ],
    [
      'too few outputs',
      { nodes: [{ ...relu('r', 'x'), outputs: [] }] },
      'relu "r": gives 1 outputs, but names 0',
    ],
  ])('refuses %s', (_, parts, message) => {
    expect(() => inferTypes(graphOf(parts))).toThrow(GraphError);
    expect(() => inferTypes(graphOf(parts))).toThrow(message);
  });

  it('refuses impossible shapes of inputs and parameters', () => {
    const inputs = [{ name: 'x', shape: [1, -4], dtype: 'float32' }] as const;
    expect(() => inferTypes(graphOf({ inputs }))).toThrow(TensorError);
    expect(() => inferTypes(graphOf({ inputs }))).toThrow('the shape of the input "x" is 1×-4');
    const parameters = [{ ...parameter, shape: [0] }];
    expect(() => inferTypes(graphOf({ parameters }))).toThrow('the shape of the parameter "p" is 0');
  });

  it('refuses a result that is too large to address', () => {
    const before = [2 ** 30, 2 ** 30];
    const node: Node = {
      name: 'p',
      op: 'pad',
      inputs: ['x'],
      outputs: ['p'],
      attributes: { before, after: before, value: 0 },
    };
    expect(() => inferTypes(graphOf({ nodes: [node] }))).toThrow(ShapeError);
    expect(() => inferTypes(graphOf({ nodes: [node] }))).toThrow('pad "p": the shape of its output is');
  });
});

describe('inferNode', () => {
  it('counts inputs, naming how many an op takes', () => {
    const type = { shape: [1, 4], dtype: 'float32' } as const;
    expect(inferNode(relu('r', 'x'), [type])).toEqual([type]);
    expect(() => inferNode(relu('r', 'x'), [])).toThrow('relu "r": needs 1 inputs, but has 0');
    expect(() => inferNode(relu('r', 'x'), [type, type])).toThrow(ShapeError);
  });
});
