/**
 * @file Layers that keep a state between runs, as keyword spotting has them: here a run begins with a state of zeros, as the runtime's first
 * one does. Sources: https://github.com/tensorflow/tensorflow, lite/kernels/svdf.cc, unidirectional_sequence_rnn.cc and basic_rnn.cc.
 */
import { createTensor, formatShape } from '@sepconv/tensor';
import { rnnCell, unrolled } from '../../composites/recurrent.js';
import { sum } from '../../composites/reductions.js';
import { refuse } from '../../errors.js';
import { composerOf } from '../composer.js';
import type { NodeResult, OperatorContext } from '../context.js';
import { productInput } from '../dynamic-range.js';
import { activations } from './recurrent.js';

/** A matrix `[rows, columns]` among the inputs. */
function matrix(context: OperatorContext, input: number, what: string) {
  const found = context.constant(input, what);
  if (found.shape.length !== 2) refuse(`has ${what} ${formatShape(found.shape)}, which must be a matrix`);
  return found;
}

const weightOf = (context: OperatorContext, input: number, what: string): string =>
  context.parameter(
    `${context.layer}/${what}`,
    context.transposed(matrix(context, input, what), [1, 0]),
    'weight',
  );

/**
 * SVDF: each of `units · rank` filters is a product over features, `[batch, inputs]`, and one over the steps that it remembers; the sum of a unit's
 * filters is its output. Of the steps there is only the last one in a run that begins with zeros.
 */
export function readSvdf(context: OperatorContext): NodeResult {
  const options = context.options(6);
  const rank = options.int32(0, 'rank');
  const [features, times] = [matrix(context, 1, 'the features'), matrix(context, 2, 'the times')];
  const [filters = 0, inputs = 0] = features.shape;
  const [ofTimes = 0, memory = 0] = times.shape;
  const [batch = 0, width = 0] = context.shape(0);
  const units = filters / rank;
  if (
    context.shape(0).length !== 2 ||
    width !== inputs ||
    ofTimes !== filters ||
    !(units >= 1) ||
    !Number.isInteger(units)
  )
    refuse(
      `filters ${formatShape(context.shape(0))} by ${formatShape(features.shape)} and ${formatShape(times.shape)} with the rank ${rank}`,
    );
  const c = composerOf(context);
  const rows = productInput(context, context.value(0), 1);
  const products = c.plain('dense', rows, weightOf(context, 1, 'features'));
  const last = Float32Array.from(
    { length: filters },
    (_, filter) => times.data[(filter + 1) * memory - 1] as number,
  );
  const weighted = c.plain('mul', products, c.constant(createTensor('float32', [filters], last)));
  const sums = sum(c, c.reshaped(weighted, [batch, units, rank]), [2], false);
  const { op, inputs: summed, attributes } = sums;
  const activation = options.int8(1, 'fused_activation_function');
  if (!context.has(3)) return context.node(op, summed, attributes as never, { activation });
  const bias = context.parameter(`${context.layer}/bias`, context.constant(3, 'the bias'), 'constant');
  return context.node('add', [c.add(sums), bias], {}, { activation });
}

function gateOf(activation: number) {
  return activations.get(activation) ?? refuse(`has the activation ${activation}, which is not supported`);
}

/** RNN, one step: `f(x · W + b)` where there is no state yet. */
export function readRnn(context: OperatorContext): NodeResult {
  const activation = context.options(7).int8(0, 'fused_activation_function');
  const c = composerOf(context);
  const bias = context.parameter(`${context.layer}/bias`, context.constant(3, 'the bias'), 'bias');
  const product = c.plain('dense', context.value(0), weightOf(context, 1, 'weight'), bias);
  const result = gateOf(activation)(c, product);
  return context.node('reshape', [result], { shape: [...c.shape(result)] });
}

/** UNIDIRECTIONAL_SEQUENCE_RNN, unrolled: an input `[batch, steps, inputs]`, or `[steps, batch, inputs]`. */
export function readUnidirectionalSequenceRnn(context: OperatorContext): NodeResult {
  const options = context.options(31);
  const isTimeMajor = options.boolean(0, 'time_major');
  const shape = context.shape(0);
  if (shape.length !== 3) refuse(`needs a sequence of 3 dimensions, not ${formatShape(shape)}`);
  const [outer = 0, inner = 0, inputs = 0] = shape;
  const [steps, batch] = isTimeMajor ? [outer, inner] : [inner, outer];
  const c = composerOf(context);
  const value = context.value(0);
  const isInTime = isTimeMajor || batch === 1 || steps === 1;
  const ordered = isInTime ? value : context.helper('transpose', [value], { permutation: [1, 0, 2] });
  const weights = {
    input: weightOf(context, 1, 'input'),
    state: weightOf(context, 2, 'state'),
    bias: context.parameter(`${context.layer}/bias`, context.constant(3, 'the bias'), 'bias'),
  };
  const cell = rnnCell(c, weights.state, gateOf(options.int8(1, 'fused_activation_function')));
  const sequence = { value: c.reshaped(ordered, [steps * batch, inputs]), steps, batch, isReversed: false };
  const { outputs } = unrolled(c, sequence, weights, undefined, cell);
  const units = c.shape(outputs)[1] as number;
  if (isInTime)
    return context.node('reshape', [outputs], {
      shape: isTimeMajor ? [steps, batch, units] : [batch, steps, units],
    });
  const inTime = c.reshaped(outputs, [steps, batch, units]);
  return context.node('transpose', [inTime], { permutation: [1, 0, 2] });
}
