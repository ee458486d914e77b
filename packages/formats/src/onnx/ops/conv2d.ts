import type { HeightWidth } from '@sepconv/graph';
import { formatShape, reshapeTensor, type Tensor } from '@sepconv/tensor';
import { chooseConvolution } from '../../convolution.js';
import { refuse } from '../../errors.js';
import type { ImageInput, NodeContext } from '../context.js';
import type { Value } from '../layout.js';
import { kernelShape, readWindow } from './window.js';

/**
 * The weight of a convolution with four dimensions, the last two of which are the window, and the window; a signal's window has
 * one row.
 */
export function readWeight(
  context: NodeContext,
  image: Pick<ImageInput, 'spatial'>,
  channels: string,
): { weight: Tensor<'float32'>; window: HeightWidth } {
  const tensor = context.tensor(1, 'the weight');
  const { shape, window } = weightShape(context, image, channels, tensor.shape);
  return { weight: reshapeTensor(tensor, shape), window };
}

/** The four dimensions of a convolution's weight that has this shape in the file, and the window. */
export function weightShape(
  context: NodeContext,
  { spatial }: Pick<ImageInput, 'spatial'>,
  channels: string,
  stored: readonly number[],
): { readonly shape: readonly [number, number, number, number]; readonly window: HeightWidth } {
  const [first = 0, second = 0, ...rest] = stored;
  const [kernelHeight = 0, kernelWidth = 0] = spatial === 1 ? [1, ...rest] : rest;
  const said = kernelShape(context, spatial) ?? [kernelHeight, kernelWidth];
  if (rest.length !== spatial || said[0] !== kernelHeight || said[1] !== kernelWidth) {
    const dimensions = spatial === 1 ? 'K' : 'K_h, K_w';
    refuse(
      `the weight ${formatShape(stored)} must be [${channels}, ${dimensions}] with the kernel ${said.slice(-spatial).join('×')}`,
    );
  }
  return { shape: [first, second, kernelHeight, kernelWidth], window: said };
}

/** Groups of channels that do not mix. */
export function readGroups(context: NodeContext, channels: number): number {
  const groups = context.integerAttribute('group', 1);
  if (!(groups >= 1 && groups <= channels)) refuse(`has ${groups} groups for ${channels} input channels`);
  return groups;
}

/**
 * Conv: image `[N, C_in, H, W]`, weight `[C_out, C_in / groups, K_h, K_w]`, bias `[C_out]`, optional; or a signal `[N, C_in, W]`
 * with a weight `[C_out, C_in / groups, K]`.
 */
export function readConv(context: NodeContext): Value {
  const image = context.image(0);
  const channels = image.shape[3];
  const { weight: oihw, window } = readWeight(context, image, 'C_out, C_in / groups');
  const [outputs = 0] = oihw.shape;
  const groups = readGroups(context, channels);
  const chosen = chooseConvolution({
    channels,
    weight: context.transposed(oihw, [2, 3, 1, 0]),
    ...readWindow(context, image, window),
    groups,
  });
  const inputs = [image.name, context.parameter(context.node.inputs[1] as string, chosen.weight, 'weight')];
  if (context.has(2)) inputs.push(context.vector(2, outputs, 'the bias', 'bias'));
  const { builder } = context.state;
  const result = chosen.emit(builder, inputs, builder.uniqueName(context.name));
  context.state.budget.checkShape(builder.typeOf(result).shape, 'the output');
  return context.imageResult(result, image);
}
