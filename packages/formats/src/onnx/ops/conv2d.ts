import { formatShape } from '@sepconv/tensor';
import { chooseConvolution } from '../../convolution.js';
import { refuse } from '../../errors.js';
import { transposeTensor } from '../../transpose.js';
import type { NodeContext } from '../context.js';
import type { Value } from '../layout.js';
import { kernelShape, readWindow } from './window.js';

/** Conv: image `[N, C_in, H, W]`, weight `[C_out, C_in / groups, K_h, K_w]`, bias `[C_out]`, optional. */
export function readConv(context: NodeContext): Value {
  const { name, shape } = context.image(0);
  const [, height, width, channels] = shape;
  const oihw = context.tensor(1, 'the weight');
  const [outputs = 0, , kernelHeight = 0, kernelWidth = 0] = oihw.shape;
  const said = kernelShape(context) ?? [kernelHeight, kernelWidth];
  if (oihw.shape.length !== 4 || said[0] !== kernelHeight || said[1] !== kernelWidth) {
    refuse(
      `the weight ${formatShape(oihw.shape)} must be [C_out, C_in / groups, K_h, K_w] with the kernel ${said.join('×')}`,
    );
  }
  const groups = context.integerAttribute('group', 1);
  if (!(groups >= 1 && groups <= channels)) refuse(`has ${groups} groups for ${channels} input channels`);
  const chosen = chooseConvolution({
    channels,
    weight: transposeTensor(oihw, [2, 3, 1, 0]),
    ...readWindow(context, [height, width], said),
    groups,
  });
  const inputs = [name, context.parameter(context.node.inputs[1] as string, chosen.weight, 'weight')];
  if (context.has(2)) inputs.push(context.vector(2, outputs, 'the bias', 'bias'));
  const { builder } = context.state;
  const result = chosen.emit(builder, inputs, builder.uniqueName(context.name));
  context.state.budget.checkShape(builder.typeOf(result).shape, 'the output');
  return context.result(result, [0, 2, 3, 1]);
}
