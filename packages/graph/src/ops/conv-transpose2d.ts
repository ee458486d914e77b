import type { HeightWidth } from '../padding.js';
import { dilatedExtent } from '../padding.js';
import type { OpContract, WindowAttributes } from './contract.js';
import { expectImage, expectInteger, expectShape, fail, inputAt, likeInput } from './contract.js';

/** Attributes of a transposed convolution. `padding` is what is cut off the output's sides. */
export interface ConvTranspose2dAttributes extends WindowAttributes {
  /** Groups of channels that do not mix; both channel counts are multiples of it. */
  readonly groups: number;
  /** Rows and columns added at the output's bottom and right, which some tap may still reach. */
  readonly outputPadding: HeightWidth;
}

/**
 * Transposed convolution: every input pixel adds its window to the output, windows lying `strides` apart.
 *
 * `out[n, y·s + i·d − pad, x·s + j·d − pad, o] += in[n, y, x, g·C/G + c] · weight[i, j, c, o]`, and `bias[o]` once
 *
 * Input `[N, H, W, C_in]`, weight `[K_h, K_w, C_in / groups, C_out]`, bias `[C_out]` (optional); output `[N, H', W', C_out]`
 * with `H' = (H − 1) · s + (K_h − 1) · d + 1 + outputPadding − top − bottom`. What falls outside is dropped. ONNX's
 * ConvTranspose and PyTorch's ConvTranspose2d.
 */
export const convTranspose2d: OpContract<ConvTranspose2dAttributes> = {
  name: 'conv-transpose2d',
  kind: 'product',
  inputs: [{ name: 'input' }, { name: 'weight' }, { name: 'bias', optional: true }],
  takesEpilogue: true,
  infer: (context) => {
    const input = inputAt(context, 0);
    const [batch, height, width, channels] = expectImage(context, input.shape);
    const weight = inputAt(context, 1).shape;
    const { groups, strides, dilations, padding, outputPadding } = context.attributes;
    expectInteger(context, 'groups', groups, 1);
    if (channels % groups !== 0)
      fail(context, `the input has ${channels} channels, which ${groups} groups do not divide`);
    const [kernelHeight = 0, kernelWidth = 0, , outputs = 0] = weight;
    expectShape(context, 'the weight', weight, [
      ['K_h', kernelHeight],
      ['K_w', kernelWidth],
      [groups === 1 ? 'C_in' : 'C_in / groups', channels / groups],
      ['C_out', outputs],
    ]);
    if (outputs % groups !== 0)
      fail(context, `the weight has ${outputs} output channels, which ${groups} groups do not divide`);
    if (context.inputs.length > 2)
      expectShape(context, 'the bias', inputAt(context, 2).shape, [['C_out', outputs]]);
    for (const side of ['top', 'bottom', 'left', 'right'] as const) {
      expectInteger(context, `padding.${side}`, padding[side], 0);
    }
    const along = (axis: 0 | 1, name: string, size: number, window: number, cut: number): number => {
      expectInteger(context, `the stride along ${name}`, strides[axis], 1);
      expectInteger(context, `the dilation along ${name}`, dilations[axis], 1);
      expectInteger(context, `the output padding along ${name}`, outputPadding[axis], 0);
      const whole = (size - 1) * strides[axis] + dilatedExtent(window, dilations[axis]) + outputPadding[axis];
      if (whole - cut < 1) {
        fail(context, `the windows span ${whole} pixels of ${name}, of which padding cuts off ${cut}`);
      }
      return whole - cut;
    };
    return [
      likeInput(input, [
        batch,
        along(0, 'height', height, kernelHeight, padding.top + padding.bottom),
        along(1, 'width', width, kernelWidth, padding.left + padding.right),
        outputs,
      ]),
    ];
  },
};
