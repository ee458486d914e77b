import { dilatedExtent, type HeightWidth } from '@sepconv/graph';
import { formatShape } from '@sepconv/tensor';
import { refuse } from '../../errors.js';
import type { ImageInput, NodeContext } from '../context.js';
import type { Value } from '../layout.js';
import { readWeight } from './conv2d.js';
import { autoPad, explicitPadding, pairAttribute } from './window.js';

/** What is cut off before and after along an axis, and what is added behind it. */
interface Cut {
  readonly before: number;
  readonly after: number;
  readonly added: number;
}

/**
 * What leaves `wanted` positions of `whole`: an odd one is cut off behind for SAME_UPPER, before otherwise; what is missing is
 * added behind.
 */
function cutTo(wanted: number, whole: number, isUpper: boolean): Omit<Cut, 'added'> & { missing: number } {
  const total = Math.max(0, whole - wanted);
  const less = Math.floor(total / 2);
  const more = total - less;
  return {
    before: isUpper ? less : more,
    after: isUpper ? more : less,
    missing: Math.max(0, wanted - whole),
  };
}

/** Padding and output padding: stated, or so that the output has the size that `output_shape` or SAME asks for. */
function readCuts(
  context: NodeContext,
  { shape, spatial }: ImageInput,
  { window, strides, dilations }: Readonly<Record<'window' | 'strides' | 'dilations', HeightWidth>>,
): readonly [Cut, Cut] {
  const auto = autoPad(context);
  const added = pairAttribute(context, 'output_padding', spatial, { least: 0, row: 0 }) ?? [0, 0];
  const stated = pairAttribute(context, 'output_shape', spatial);
  const isSame = auto === 'SAME_UPPER' || auto === 'SAME_LOWER';
  const explicit = explicitPadding(context, spatial);
  const along = (axis: 0 | 1, before: number, after: number): Cut => {
    const size = shape[axis + 1] as number;
    const wanted = stated?.[axis] ?? (isSame ? size * strides[axis] : undefined);
    if (wanted === undefined) {
      return auto === 'VALID'
        ? { before: 0, after: 0, added: added[axis] }
        : { before, after, added: added[axis] };
    }
    const whole = (size - 1) * strides[axis] + added[axis] + dilatedExtent(window[axis], dilations[axis]);
    const { missing, ...cut } = cutTo(wanted, whole, auto === 'SAME_UPPER');
    return { ...cut, added: added[axis] + missing };
  };
  return [along(0, explicit.top, explicit.bottom), along(1, explicit.left, explicit.right)];
}

/**
 * ConvTranspose: image `[N, C_in, H, W]`, weight `[C_in, C_out / groups, K_h, K_w]`, bias `[C_out]`, optional; or a signal, as
 * with Conv.
 */
export function readConvTranspose(context: NodeContext): Value {
  const image = context.image(0);
  const channels = image.shape[3];
  const { weight: iohw, window } = readWeight(context, image, 'C_in, C_out / groups');
  const groups = context.integerAttribute('group', 1);
  const [inputs = 0, groupOutputs = 0] = iohw.shape;
  if (!(groups >= 1 && groups <= channels) || inputs !== channels || channels % groups !== 0) {
    refuse(
      `the weight ${formatShape(iohw.shape)} (inputs, outputs / groups, height, width) in ${groups} groups takes ${inputs} input channels, but the input has ${channels}, which must be a multiple of the groups`,
    );
  }
  const outputs = groups * groupOutputs;
  const strides = pairAttribute(context, 'strides', image.spatial) ?? [1, 1];
  const dilations = pairAttribute(context, 'dilations', image.spatial) ?? [1, 1];
  const [vertical, horizontal] = readCuts(context, image, { window, strides, dilations });
  // Group by group the file has [C_in / G, C_out / G]; the graph's weight has the groups' outputs side by side.
  const grouped = {
    ...iohw,
    shape: [groups, channels / groups, groupOutputs, window[0], window[1]],
  };
  const turned = context.transposed(grouped, [3, 4, 1, 0, 2]);
  const weight = { ...turned, shape: [window[0], window[1], channels / groups, outputs] };
  const names = [image.name, context.parameter(context.node.inputs[1] as string, weight, 'weight')];
  if (context.has(2)) names.push(context.vector(2, outputs, 'the bias', 'bias'));
  const name = context.emit('conv-transpose2d', names, {
    strides,
    dilations,
    groups,
    padding: {
      top: vertical.before,
      bottom: vertical.after,
      left: horizontal.before,
      right: horizontal.after,
    },
    outputPadding: [vertical.added, horizontal.added],
  });
  return context.imageResult(name, image);
}
