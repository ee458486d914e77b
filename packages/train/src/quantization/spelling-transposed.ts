/**
 * @file A transposed convolution as one that gives all pixels within the stride as channels, which are then put beside one another: of
 * integers the sums are the same.
 */
import type { Node } from '@sepconv/graph';
import { type Tensor, toFloat32 } from '@sepconv/tensor';
import { constant, type Speller } from './spelling-of.js';

/** How the pixels within a stride `s` are sums over the input along one axis. */
interface Axis {
  readonly stride: number;
  /** Results for each phase: the output's extent divided by the stride, rounded up. */
  readonly count: number;
  /** The window that has every phase's taps. */
  readonly window: number;
  /** Zeros on both sides of the input. */
  readonly before: number;
  readonly after: number;
  /** Which element of the kernel a phase has at a tap of the window, if any. */
  tap(phase: number, at: number): number | undefined;
}

/**
 * Output `Y + cut = y · s + i` is the kernel's element i at input y. Within phase ρ of `Y = q · s + ρ` that is
 * `i = ρ + cut − s · (y − q)`, so that input `q + d` meets element `ρ + cut − s · d`.
 */
function axisOf(stride: number, kernel: number, cut: number, input: number, output: number): Axis {
  // The least distance d has the last element of phase 0, the largest one the first element of the last phase.
  const first = Math.ceil((cut - kernel + 1) / stride);
  const last = Math.floor((stride - 1 + cut) / stride);
  const window = Math.max(1, last - first + 1);
  const count = Math.ceil(output / stride);
  return {
    stride,
    count,
    window,
    before: -first,
    after: count + first + window - 1 - input,
    tap: (phase, at) => {
      const element = phase + cut - stride * (first + at);
      return element >= 0 && element < kernel ? element : undefined;
    },
  };
}

/** The weight `[window, window, C_in, s · s · C_out]` of the convolution, zeros where a phase has no tap. */
function phasedWeight(
  { shape, data }: Tensor<'float32'>,
  [vertical, horizontal]: readonly [Axis, Axis],
): Float32Array {
  const [, width = 1, inputs = 1, outputs = 1] = shape;
  const phases = vertical.stride * horizontal.stride;
  const phased = new Float32Array(vertical.window * horizontal.window * inputs * phases * outputs);
  let at = 0;
  for (let y = 0; y < vertical.window; y++) {
    for (let x = 0; x < horizontal.window; x++) {
      for (let c = 0; c < inputs; c++) {
        for (let phase = 0; phase < phases; phase++, at += outputs) {
          const i = vertical.tap(Math.floor(phase / horizontal.stride), y);
          const j = horizontal.tap(phase % horizontal.stride, x);
          if (i === undefined || j === undefined) continue;
          const from = ((i * width + j) * inputs + c) * outputs;
          phased.set(data.subarray(from, from + outputs), at);
        }
      }
    }
  }
  return phased;
}

/** Spells a transposed convolution of one group, whose weights are known. */
export const spellTransposed: Speller<'conv-transpose2d'> = (node, { weights }, types) => {
  const [input = '', weightName = '', biasName] = node.inputs;
  const { groups, strides, dilations, padding } = node.attributes;
  const weight = weights.get(weightName);
  const bias = biasName === undefined ? undefined : weights.get(biasName);
  const isKnown = weight !== undefined && (biasName === undefined) === (bias === undefined);
  const [batch = 1, height = 1, width = 1] = types.get(input)?.shape ?? [];
  const [, outHeight = 1, outWidth = 1, outputs = 1] = types.get(node.outputs[0] as string)?.shape ?? [];
  if (!isKnown || groups !== 1 || dilations.some((dilation) => dilation !== 1)) return undefined;
  const real = toFloat32(weight);
  const vertical = axisOf(strides[0], real.shape[0] as number, padding.top, height, outHeight);
  const horizontal = axisOf(strides[1], real.shape[1] as number, padding.left, width, outWidth);
  const sides = {
    top: vertical.before,
    bottom: vertical.after,
    left: horizontal.before,
    right: horizontal.after,
  };
  if (Object.values(sides).some((pixels) => pixels < 0)) return undefined;
  const phases = strides[0] * strides[1];
  const at = (part: string): string => `${node.name}/${part}`;
  const shape = [vertical.window, horizontal.window, real.shape[2] as number, phases * outputs];
  const parameters = [
    constant(at('phased-weight'), 'weight', shape, phasedWeight(real, [vertical, horizontal])),
  ];
  if (bias !== undefined) {
    const { data } = toFloat32(bias);
    const repeated = Float32Array.from({ length: phases * outputs }, (_, i) => data[i % outputs] as number);
    parameters.push(constant(at('phased-bias'), 'bias', [repeated.length], repeated));
  }
  const named = (part: string, op: Node['op'], inputs: readonly string[], attributes: object): Node =>
    ({ name: at(part), op, inputs, outputs: [at(part)], attributes }) as Node;
  const convolution = { strides: [1, 1], dilations: [1, 1], padding: sides, groups: 1 };
  const whole = [batch, vertical.count * strides[0], horizontal.count * strides[1], outputs];
  const split = [batch, vertical.count, horizontal.count, strides[0], strides[1], outputs];
  return {
    parameters,
    nodes: [
      named('phases', 'conv2d', [input, ...parameters.map(({ name }) => name)], convolution),
      named('split', 'reshape', [at('phases')], { shape: split }),
      named('beside', 'transpose', [at('split')], { permutation: [0, 1, 3, 2, 4, 5] }),
      named('whole', 'reshape', [at('beside')], { shape: whole }),
      {
        ...node,
        op: 'slice',
        inputs: [at('whole')],
        attributes: {
          starts: [0, 0, 0, 0],
          ends: [batch, outHeight, outWidth, outputs],
          steps: [1, 1, 1, 1],
        },
      },
    ],
  };
};
