import { createTensor, elementCount, formatShape, type Tensor } from '@sepconv/tensor';
import { Composer } from '../../composites/composer.js';
import {
  clampTo,
  type Gate,
  gruCell,
  lstmCell,
  type RecurrentWeights,
  rnnCell,
  unrolled,
} from '../../composites/recurrent.js';
import { quote, refuse } from '../../errors.js';
import type { NodeContext } from '../context.js';
import type { Order, Value } from '../layout.js';

/** Activations by ONNX's name, in lower case. */
const activations: ReadonlyMap<string, Gate> = new Map<string, Gate>([
  ['relu', (c, value) => c.plain('relu', value)],
  ['sigmoid', (c, value) => c.plain('sigmoid', value)],
  ['softplus', (c, value) => c.plain('softplus', value)],
  ['tanh', (c, value) => c.plain('tanh', value)],
]);

/** What all recurrent layers have in common. */
interface Layer {
  readonly context: NodeContext;
  readonly c: Composer;
  /** The sequence `[steps · batch, inputs]`. */
  readonly sequence: string;
  readonly steps: number;
  readonly batch: number;
  readonly inputs: number;
  readonly hidden: number;
  /** Per direction whether it runs backwards. */
  readonly directions: readonly boolean[];
  /** The batch stands before the steps. */
  readonly isBatchFirst: boolean;
}

function layerOf(context: NodeContext): Layer {
  const host = {
    helper: context.helper.bind(context),
    constant: (tensor: Tensor<'float32'>) =>
      context.parameter(`${context.name}/constant`, tensor, 'constant'),
    shape: (value: string) => context.graphShape(value),
  };
  const shape = context.shape(0);
  const isBatchFirst = context.integerAttribute('layout', 0) !== 0;
  const [outer = 0, inner = 0, inputs = 0] = shape;
  const [steps, batch] = isBatchFirst ? [inner, outer] : [outer, inner];
  if (shape.length !== 3) refuse(`needs a sequence of 3 dimensions, not ${formatShape(shape)}`);
  const direction = context.stringAttribute('direction', 'forward');
  const directions = { forward: [false], reverse: [true], bidirectional: [false, true] }[direction];
  if (directions === undefined)
    refuse(`runs ${quote(direction)}; forward, reverse and bidirectional can be read`);
  const order = isBatchFirst ? [1, 0, 2] : [0, 1, 2];
  const lengths = context.has(4) ? context.constant(4, 'the lengths of the sequences').data : [];
  if ([...lengths].some((length) => length !== steps))
    refuse(`has sequences of several lengths, of ${steps} at most; only full ones are supported`);
  const hidden = context.integerAttribute('hidden_size', context.shape(2)[2] ?? 0);
  const sequence = context.reshaped(context.inOrder(context.value(0), order), [steps * batch, inputs]);
  return { context, c: new Composer(host), sequence, steps, batch, inputs, hidden, directions, isBatchFirst };
}

/** The numbers of one direction of a constant input, which must have this shape behind the directions. */
function numbersOf(
  { context, directions }: Layer,
  input: number,
  direction: number,
  shape: readonly number[],
  what: string,
): Float32Array {
  const tensor = context.tensor(input, what);
  const count = elementCount(shape);
  if (tensor.data.length !== count * directions.length || tensor.shape.length !== shape.length + 1)
    refuse(
      `${what} must be ${formatShape([directions.length, ...shape])}, but is ${formatShape(tensor.shape)}`,
    );
  return tensor.data.subarray(direction * count, (direction + 1) * count);
}

/** Rows of a matrix `[rows, columns]` as a weight `[columns, rows]`. */
function weightOf({ context }: Layer, name: string, data: Float32Array, rows: number): string {
  const columns = data.length / rows;
  const tensor = createTensor('float32', [rows, columns], data);
  return context.parameter(`${context.name}/${name}`, context.transposed(tensor, [1, 0]), 'weight');
}

function vectorOf({ context }: Layer, name: string, data: Float32Array, role: 'bias' | 'constant'): string {
  return context.parameter(`${context.name}/${name}`, createTensor('float32', [data.length], data), role);
}

/** Both matrices of a direction, and the sum of both biases; `apart` biases of the state are left out at the end. */
function weightsOf(layer: Layer, direction: number, count: number, apart = 0): RecurrentWeights {
  const { context, inputs, hidden } = layer;
  const rows = count * hidden;
  const input = numbersOf(layer, 1, direction, [rows, inputs], 'the weight of the inputs');
  const state = numbersOf(layer, 2, direction, [rows, hidden], 'the weight of the state');
  const stem = `${direction === 0 ? '' : 'second/'}`;
  const both = context.has(3) ? numbersOf(layer, 3, direction, [2 * rows], 'the bias') : undefined;
  const sum = both
    ?.slice(0, rows)
    .map((value, i) => (i < rows - apart ? value + (both[rows + i] as number) : value));
  return {
    input: weightOf(layer, `${stem}input`, input, rows),
    state: weightOf(layer, `${stem}state`, state, rows),
    ...(sum && { bias: vectorOf(layer, `${stem}bias`, sum, 'bias') }),
  };
}

/** The first state of a direction, `[batch, hidden]`; nothing where it is zero. */
function firstState(
  { context, batch, hidden, isBatchFirst }: Layer,
  input: number,
  direction: number,
): string | undefined {
  if (!context.has(input)) return undefined;
  const found = context.input(input);
  if (found.kind === 'constant' && found.data.every((value) => value === 0)) return undefined;
  const name = context.inOrder(context.value(input), isBatchFirst ? [1, 0, 2] : [0, 1, 2]);
  const [directions = 0, ...rest] = context.graphShape(name);
  if (rest.join() !== [batch, hidden].join() || direction >= directions)
    refuse(
      `has a first state of ${formatShape([directions, ...rest])}, which must be ${directions}×${batch}×${hidden}`,
    );
  const part = { starts: [direction, 0, 0], ends: [direction + 1, batch, hidden], steps: [1, 1, 1] };
  const own = directions === 1 ? name : context.helper('slice', [name], part);
  return context.reshaped(own, [batch, hidden]);
}

/** The layer's activations: so many for each direction. */
function activationsOf({ context, directions }: Layer, absent: readonly string[]): Gate[][] {
  const said = context.attribute('activations')?.strings ?? [];
  const names = said.length === 0 ? directions.flatMap(() => absent) : said;
  if (names.length !== absent.length * directions.length)
    refuse(
      `has ${names.length} activations, but ${absent.length} for each of ${directions.length} directions`,
    );
  const limit = context.floatAttribute('clip', 0);
  const found = names.map((name): Gate => {
    const gate =
      activations.get(name.toLowerCase()) ??
      refuse(`has the activation ${quote(name)}; ${[...activations.keys()].join(', ')} can be read`);
    return limit > 0 ? (c, value) => gate(c, clampTo(limit)(c, value)) : gate;
  });
  return directions.map((_, i) => found.slice(i * absent.length, (i + 1) * absent.length));
}

/** All outputs of all steps `[steps, directions, batch, hidden]`. */
function sequenceOf(layer: Layer, outputs: readonly string[]): Value {
  const { context, steps, batch, hidden, isBatchFirst } = layer;
  const parts = outputs.map((value) => context.reshaped(value, [steps, 1, batch, hidden]));
  const all = parts.length === 1 ? (parts[0] as string) : context.helper('concat', parts, { axis: 1 });
  const order: Order = isBatchFirst ? [1, 2, 0, 3] : [0, 1, 2, 3];
  return context.result(all, order);
}

/** What each direction kept in the end, `[directions, batch, hidden]`. */
function stateOf({ context, batch, hidden, isBatchFirst }: Layer, states: readonly string[]): Value {
  const parts = states.map((value) => context.reshaped(value, [1, batch, hidden]));
  const all = parts.length === 1 ? (parts[0] as string) : context.helper('concat', parts, { axis: 0 });
  return context.result(all, isBatchFirst ? [1, 0, 2] : [0, 1, 2]);
}

const sequenceIn = ({ sequence, steps, batch }: Layer, isReversed: boolean) => ({
  value: sequence,
  steps,
  batch,
  isReversed,
});

/** LSTM. */
export function readLstm(context: NodeContext): readonly Value[] {
  if (context.integerAttribute('input_forget', 0) !== 0)
    refuse('couples its input and forget gates, which is not supported');
  const layer = layerOf(context);
  const { c, hidden } = layer;
  const gatesOf = activationsOf(layer, ['sigmoid', 'tanh', 'tanh']);
  const results = layer.directions.map((isReversed, direction) => {
    const weights = weightsOf(layer, direction, 4);
    const [gate, inner, outer] = gatesOf[direction] as [Gate, Gate, Gate];
    const peeps = context.has(7) ? numbersOf(layer, 7, direction, [3 * hidden], 'the peepholes') : undefined;
    const [input, output, forget] = [0, 1, 2].map(
      (i) => peeps && vectorOf(layer, `peephole${i}`, peeps.slice(i * hidden, (i + 1) * hidden), 'constant'),
    );
    const first = { hidden: firstState(layer, 5, direction), cell: firstState(layer, 6, direction) };
    const cell = lstmCell(c, weights.state, { gate, inner, outer }, { peepholes: { input, output, forget } });
    return unrolled(c, sequenceIn(layer, isReversed), weights, first, cell);
  });
  return [
    sequenceOf(
      layer,
      results.map(({ outputs }) => outputs),
    ),
    stateOf(
      layer,
      results.map(({ last }) => last),
    ),
    stateOf(
      layer,
      results.map(({ kept }) => kept.cell as string),
    ),
  ];
}

/** GRU. */
export function readGru(context: NodeContext): readonly Value[] {
  const layer = layerOf(context);
  const { c, hidden } = layer;
  const gatesOf = activationsOf(layer, ['sigmoid', 'tanh']);
  const resetsAfter = context.integerAttribute('linear_before_reset', 0) !== 0;
  const results = layer.directions.map((isReversed, direction) => {
    const weights = weightsOf(layer, direction, 3, hidden);
    const [gate, inner] = gatesOf[direction] as [Gate, Gate];
    const state = numbersOf(layer, 2, direction, [3 * hidden, hidden], 'the weight of the state');
    const split = 2 * hidden * hidden;
    const biases = context.has(3) ? numbersOf(layer, 3, direction, [6 * hidden], 'the bias') : undefined;
    const parts = {
      gates: weightOf(layer, `gates${direction}`, state.slice(0, split), 2 * hidden),
      fresh: weightOf(layer, `fresh${direction}`, state.slice(split), hidden),
      ...(biases && {
        freshBias: vectorOf(layer, `freshBias${direction}`, biases.slice(5 * hidden), 'constant'),
      }),
    };
    const cell = gruCell(c, parts, { gate, inner }, resetsAfter);
    return unrolled(c, sequenceIn(layer, isReversed), weights, firstState(layer, 5, direction), cell);
  });
  return [
    sequenceOf(
      layer,
      results.map(({ outputs }) => outputs),
    ),
    stateOf(
      layer,
      results.map(({ last }) => last),
    ),
  ];
}

/** RNN. */
export function readRnn(context: NodeContext): readonly Value[] {
  const layer = layerOf(context);
  const gatesOf = activationsOf(layer, ['tanh']);
  const results = layer.directions.map((isReversed, direction) => {
    const weights = weightsOf(layer, direction, 1);
    const cell = rnnCell(layer.c, weights.state, gatesOf[direction]?.[0] as Gate);
    return unrolled(layer.c, sequenceIn(layer, isReversed), weights, firstState(layer, 5, direction), cell);
  });
  return [
    sequenceOf(
      layer,
      results.map(({ outputs }) => outputs),
    ),
    stateOf(
      layer,
      results.map(({ last }) => last),
    ),
  ];
}
