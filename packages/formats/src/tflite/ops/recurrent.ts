import { createTensor, formatShape, type Tensor } from '@sepconv/tensor';
import { clampTo, type Gate, lstmCell, unrolled } from '../../composites/recurrent.js';
import { refuse } from '../../errors.js';
import { composerOf } from '../composer.js';
import { describeTensor } from '../constants.js';
import type { NodeResult, OperatorContext } from '../context.js';

/** Where matrices and vectors of the gates stand among the inputs, in the order i, o, f, c. */
const places = { input: [1, 4, 2, 3], state: [5, 8, 6, 7], bias: [12, 15, 13, 14] } as const;

/** Functions by the schema's number of an activation. */
export const activations: ReadonlyMap<number, Gate> = new Map<number, Gate>([
  [0, (_, value) => value],
  [1, (c, value) => c.plain('relu', value)],
  [3, (c, value) => c.plain('relu6', value)],
  [4, (c, value) => c.plain('tanh', value)],
]);

/** Rows of four matrices, or the numbers of four vectors, one after the other. */
function joined(
  context: OperatorContext,
  inputs: readonly number[],
  shape: readonly number[],
): Tensor<'float32'> {
  const parts = inputs.map((input) => {
    const part = context.constant(input, 'the weight of a gate');
    if (part.shape.join() !== shape.join())
      refuse(`has the weight ${formatShape(part.shape)} for a gate, which must be ${formatShape(shape)}`);
    return part.data;
  });
  const [rows = 0, ...rest] = shape;
  const size = parts[0]?.length ?? 0;
  const data = new Float32Array(4 * size);
  parts.forEach((part, i) => {
    data.set(part, i * size);
  });
  context.state.budget.charge(8 * data.length, 'the weights of the gates');
  return createTensor('float32', [4 * rows, ...rest], data);
}

/** Refuses a first state that the file sets; one that the runtime keeps begins with zeros. */
function expectZeroState(context: OperatorContext, input: number): void {
  if (!context.has(input)) return;
  const tensor = context.tensor(input);
  const isZero = tensor.isVariable || (tensor.data?.every((byte) => byte === 0) ?? false);
  if (!isZero) refuse(`begins with the state ${describeTensor(tensor)}, which must be zeros`);
}

/**
 * UNIDIRECTIONAL_SEQUENCE_LSTM, unrolled: an input `[batch, steps, inputs]`, or `[steps, batch, inputs]`. A run begins with a
 * state of zeros, as the runtime's first one does.
 */
export function readUnidirectionalSequenceLstm(context: OperatorContext): NodeResult {
  const options = context.options(71);
  if (!context.has(1)) refuse('couples its input and forget gates, which is not supported');
  if (context.has(16) || context.has(17)) refuse('has a projection, which is not supported');
  if ([20, 21, 22, 23].some((input) => context.has(input)))
    refuse('normalizes its gates, which is not supported');
  for (const input of [18, 19]) expectZeroState(context, input);
  const shape = context.shape(0);
  const isTimeMajor = options.boolean(3, 'time_major');
  const [outer = 0, inner = 0, inputs = 0] = shape;
  if (shape.length !== 3) refuse(`needs a sequence of 3 dimensions, not ${formatShape(shape)}`);
  const [steps, batch] = isTimeMajor ? [outer, inner] : [inner, outer];
  const [units = 0] = context.constant(1, 'the weight of a gate').shape;
  const c = composerOf(context);
  const value = context.value(0);
  const isInTime = isTimeMajor || batch === 1 || steps === 1;
  const ordered = isInTime ? value : context.helper('transpose', [value], { permutation: [1, 0, 2] });
  const weight = (name: string, at: readonly number[], columns: number): string =>
    context.parameter(
      `${context.layer}/${name}`,
      context.transposed(joined(context, at, [units, columns]), [1, 0]),
      'weight',
    );
  const activation = options.int8(0, 'fused_activation_function');
  const outerGate =
    activations.get(activation) ?? refuse(`has the activation ${activation}, which is not supported`);
  const peephole = (input: number): string | undefined =>
    context.has(input)
      ? context.parameter(`${context.layer}/peephole`, context.constant(input, 'a peephole'), 'constant')
      : undefined;
  const clip = options.float32(1, 'cell_clip');
  const weights = {
    input: weight('input', places.input, inputs),
    state: weight('state', places.state, units),
    bias: context.parameter(`${context.layer}/bias`, joined(context, places.bias, [units]), 'bias'),
  };
  const cell = lstmCell(
    c,
    weights.state,
    { gate: (_, gate) => c.plain('sigmoid', gate), inner: outerGate, outer: outerGate },
    {
      peepholes: { input: peephole(9), forget: peephole(10), output: peephole(11) },
      ...(clip > 0 && { bound: clampTo(clip) }),
    },
  );
  const sequence = { value: c.reshaped(ordered, [steps * batch, inputs]), steps, batch, isReversed: false };
  const { outputs } = unrolled(c, sequence, weights, undefined, cell);
  const range = { min: -1, max: 1 };
  const bounded = activation === 4 ? { range } : {};
  if (isInTime)
    return context.node(
      'reshape',
      [outputs],
      { shape: isTimeMajor ? [steps, batch, units] : [batch, steps, units] },
      bounded,
    );
  const inTime = c.reshaped(outputs, [steps, batch, units]);
  return context.node('transpose', [inTime], { permutation: [1, 0, 2] }, bounded);
}
