import { elementCount, formatShape } from '@sepconv/tensor';
import { refuse } from '../../errors.js';
import type { OperatorContext, OperatorResult } from '../context.js';
import { productInput } from '../dynamic-range.js';

/**
 * FULLY_CONNECTED: weight `[C_out, C_in]`, bias `[C_out]`, optional. An input of more dimensions is read as rows of
 * C_in numbers; with `keep_num_dims` the output gets the leading dimensions back.
 */
export function readDense(context: OperatorContext): OperatorResult {
  const options = context.options(8);
  if (options.int8(1, 'weights_format') !== 0) {
    refuse(
      'the weights are shuffled for one kind of processor, which is not supported: convert without that',
    );
  }
  const stored = context.constant(1, 'the weight');
  const [, inputs = 0] = stored.shape;
  const shape = context.shape(0);
  const rows = elementCount(shape) / inputs;
  if (stored.shape.length !== 2 || !Number.isInteger(rows)) {
    refuse(
      `the weight ${formatShape(stored.shape)} must be [C_out, C_in], and C_in divide the input ${formatShape(shape)}`,
    );
  }
  const activation = options.int8(0, 'fused_activation_function');
  const flatInput =
    shape.length === 2 && shape[1] === inputs
      ? context.value(0)
      : context.helper('reshape', [context.value(0)], { shape: [rows, inputs] });
  const input = productInput(context, flatInput, 1);
  const weight = context.transposed(stored, [1, 0]);
  const names = [input, context.parameter(`${context.layer}/weight`, weight, 'weight')];
  if (context.has(2)) {
    names.push(context.parameter(`${context.layer}/bias`, context.constant(2, 'the bias'), 'bias'));
  }
  if (!options.boolean(2, 'keep_num_dims') || shape.length === 2) {
    return context.node('dense', names, {}, { activation });
  }
  const flat = context.helper('dense', names, {});
  const kept = [...shape.slice(0, -1), weight.shape[1] as number];
  return context.node('reshape', [flat], { shape: kept }, { activation });
}
