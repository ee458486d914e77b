/** @file Recurrent layers, branches and loops out of ONNX files, unrolled and folded when they are read, beside onnxruntime. */

import { createRandom, randomTensor, type Shape } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import {
  onnxFile,
  type TestNode,
  type TestOnnx,
  type TestTensor,
} from '../../../packages/formats/test/onnx-file.ts';
import { readOnnx } from '../../../packages/formats/test/read-now.ts';
import { relativeErrorOf, runFastest, runOnnxruntime } from './onnxruntime.ts';

const random = createRandom(11);
const floats = (...dims: number[]): TestTensor => ({ dims, floats: randomTensor(dims, random).data });

async function expectAgrees(model: TestOnnx): Promise<void> {
  const bytes = onnxFile(model);
  const given = Object.entries(model.inputs).map(
    ([name, dims]) => [name, randomTensor(dims as Shape, createRandom(5), -2, 2)] as const,
  );
  const inputs = new Map(given);
  const expected = await runOnnxruntime(bytes, inputs);
  expect(relativeErrorOf(await runFastest(readOnnx(bytes), inputs), expected)).toBeLessThan(1e-5);
}

const [steps, batch, inputs, hidden] = [5, 3, 6, 4];

interface Recurrent {
  readonly op: 'LSTM' | 'GRU' | 'RNN';
  readonly attributes?: TestNode['attributes'];
  readonly directions?: 1 | 2;
  readonly hasBias?: boolean;
  readonly hasState?: boolean;
  readonly hasPeepholes?: boolean;
}

const gatesOf = { LSTM: 4, GRU: 3, RNN: 1 };

function recurrent(layer: Recurrent): TestOnnx {
  const {
    op,
    attributes = {},
    directions = 1,
    hasBias = true,
    hasState = false,
    hasPeepholes = false,
  } = layer;
  const rows = gatesOf[op] * hidden;
  const isLstm = op === 'LSTM';
  const optional = (name: string, has: boolean): string => (has ? name : '');
  const states = { h0: [directions, batch, hidden], ...(isLstm && { c0: [directions, batch, hidden] }) };
  return {
    nodes: [
      {
        op,
        inputs: [
          'x',
          'w',
          'r',
          optional('b', hasBias),
          '',
          optional('h0', hasState),
          ...(isLstm ? [optional('c0', hasState), optional('p', hasPeepholes)] : []),
        ],
        outputs: ['y', 'h', ...(isLstm ? ['c'] : [])],
        attributes: { hidden_size: hidden, ...attributes },
      },
    ],
    initializers: {
      w: floats(directions, rows, inputs),
      r: floats(directions, rows, hidden),
      ...(hasBias && { b: floats(directions, 2 * rows) }),
      ...(hasPeepholes && { p: floats(directions, 3 * hidden) }),
    },
    inputs: { x: [steps, batch, inputs], ...(hasState && states) },
    outputs: ['y', 'h', ...(isLstm ? ['c'] : [])],
  };
}

describe('recurrent layers agree with onnxruntime', () => {
  test.each<[string, Recurrent]>([
    ['LSTM', { op: 'LSTM' }],
    ['LSTM without a bias', { op: 'LSTM', hasBias: false }],
    ['LSTM with a first state', { op: 'LSTM', hasState: true }],
    [
      'LSTM backwards with peepholes',
      { op: 'LSTM', attributes: { direction: 'reverse' }, hasPeepholes: true },
    ],
    [
      'LSTM both ways with a first state',
      { op: 'LSTM', attributes: { direction: 'bidirectional' }, directions: 2, hasState: true },
    ],
    ['LSTM with clipped gates', { op: 'LSTM', attributes: { clip: { float: 0.4 } } }],
    [
      'LSTM with other activations',
      { op: 'LSTM', attributes: { activations: { strings: ['Sigmoid', 'Relu', 'Softplus'] } } },
    ],
    ['GRU', { op: 'GRU' }],
    ['GRU with a first state', { op: 'GRU', hasState: true }],
    ['GRU that resets after its product', { op: 'GRU', attributes: { linear_before_reset: 1 } }],
    [
      'GRU both ways that resets after its product, with a first state',
      {
        op: 'GRU',
        attributes: { linear_before_reset: 1, direction: 'bidirectional' },
        directions: 2,
        hasState: true,
      },
    ],
    ['GRU without a bias', { op: 'GRU', hasBias: false, hasState: true }],
    ['RNN', { op: 'RNN' }],
    [
      'RNN both ways with a first state',
      {
        op: 'RNN',
        attributes: { direction: 'bidirectional', activations: { strings: ['Tanh', 'Relu'] } },
        directions: 2,
        hasState: true,
      },
    ],
  ])('%s', async (_, layer) => {
    await expectAgrees(recurrent(layer));
  });
});

test('a loop and a branch that are known agree with onnxruntime', async () => {
  await expectAgrees({
    nodes: [
      { op: 'Shape', inputs: ['x'], outputs: ['s'] },
      { op: 'Gather', inputs: ['s', 'zero'], outputs: ['rounds'] },
      { op: 'Equal', inputs: ['rounds', 'zero'], outputs: ['c'] },
      {
        op: 'Loop',
        inputs: ['rounds', '', 'x'],
        outputs: ['last', 'seen'],
        attributes: {
          body: {
            nodes: [
              { op: 'Mul', inputs: ['carried', 'x'], outputs: ['next'] },
              { op: 'Identity', inputs: ['condition'], outputs: ['goes'] },
            ],
            inputs: ['round:7', 'condition:9', 'carried'],
            outputs: ['goes:9', 'next', 'next'],
          },
        },
      },
      {
        op: 'If',
        inputs: ['c'],
        outputs: ['y'],
        attributes: {
          then_branch: { nodes: [{ op: 'Abs', inputs: ['last'], outputs: ['a'] }], outputs: ['a'] },
          else_branch: { nodes: [{ op: 'Neg', inputs: ['last'], outputs: ['b'] }], outputs: ['b'] },
        },
      },
    ],
    initializers: { zero: { dims: [], ints: [0] } },
    inputs: { x: [3, 4] },
    outputs: ['y', 'seen'],
  });
});
