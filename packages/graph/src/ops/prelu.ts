import { formatShape, sameShape } from '@sepconv/tensor';
import { binary } from './broadcast.js';
import { fail, inputAt, type OpContract } from './contract.js';

/** PReLU has no attribute; its slopes are an input. */
export type PreluAttributes = Readonly<Record<string, never>>;

const broadcast = binary<PreluAttributes>('prelu');

/**
 * `x < 0 ? slope · x : x`; NaN stays NaN. The slopes stretch to the input's shape as NumPy does: `[C]` for one per
 * channel. The output has the input's shape. Source: He et al. 2015, arXiv:1502.01852.
 */
export const prelu: OpContract<PreluAttributes> = {
  name: 'prelu',
  inputs: [{ name: 'input' }, { name: 'slope' }],
  infer: (context) => {
    const output = broadcast.infer(context);
    const [input, slope] = [inputAt(context, 0), inputAt(context, 1)];
    if (!sameShape(output[0]?.shape ?? [], input.shape)) {
      fail(
        context,
        `the slope ${formatShape(slope.shape)} must stretch to the input ${formatShape(input.shape)}, not the other way round`,
      );
    }
    return output;
  },
};
