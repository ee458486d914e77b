import { dilatedExtent, type HeightWidth, type Padding } from '@sepconv/graph';
import fc from 'fast-check';
import { accumulationBound } from '../bounds.ts';
import { singleNodeCase } from '../case.ts';
import { type Channels, channelClasses, mapClasses, upTo } from '../shapes.ts';
import type { ConformanceCase, OpConformance } from '../types.ts';
import { createFiller, describeValues, linearValues, specialValues, type Values } from '../values.ts';

/** Where windows are laid down. */
interface Layout {
  readonly image: readonly [batch: number, height: number, width: number];
  readonly window: HeightWidth;
  readonly strides: HeightWidth;
  readonly dilations: HeightWidth;
  readonly padding: Padding;
  readonly outputPadding: HeightWidth;
}

const both = (value: fc.Arbitrary<number>): fc.Arbitrary<HeightWidth> => fc.tuple(value, value);
const one = fc.constant<HeightWidth>([1, 1]);

/** Padding that leaves at least one pixel of what the windows span. */
function cutToFit(layout: Layout): Layout {
  const { image, window, strides, dilations, outputPadding, padding } = layout;
  const fitting = (axis: 0 | 1, before: number, after: number): [number, number] => {
    const whole = (image[axis + 1]! - 1) * strides[axis] + dilatedExtent(window[axis], dilations[axis]);
    const left = Math.max(0, whole + outputPadding[axis] - 1);
    const first = Math.min(before, left);
    return [first, Math.min(after, left - first)];
  };
  const [top, bottom] = fitting(0, padding.top, padding.bottom);
  const [left, right] = fitting(1, padding.left, padding.right);
  return { ...layout, padding: { top, bottom, left, right } };
}

function layouts(
  parts: { readonly [Key in keyof Layout]?: fc.Arbitrary<Layout[Key]> },
): fc.Arbitrary<Layout> {
  const side = fc.nat(2);
  return fc
    .record({
      image: parts.image ?? fc.tuple(upTo(1), upTo(4), upTo(5)),
      window: parts.window ?? fc.constantFrom<HeightWidth>([3, 3], [2, 2], [4, 4]),
      strides: parts.strides ?? fc.constantFrom<HeightWidth>([1, 1], [2, 2]),
      dilations: parts.dilations ?? one,
      padding: parts.padding ?? fc.record({ top: side, bottom: side, left: side, right: side }),
      outputPadding: parts.outputPadding ?? fc.constant<HeightWidth>([0, 0]),
    })
    .map(cutToFit);
}

function build(
  { image, window, ...rest }: Layout,
  { groups, inputs, outputs }: Channels,
  { bias, values }: { readonly bias: boolean; readonly values: Values },
): ConformanceCase {
  const filler = createFiller(values);
  const operands = [
    { tensor: filler.data([...image, groups * inputs]) },
    { tensor: filler.weight([...window, inputs, groups * outputs]) },
    ...(bias ? [{ tensor: filler.weight([groups * outputs]) }] : []),
  ];
  return singleNodeCase('conv-transpose2d', { ...rest, groups }, operands, describeValues(values));
}

const extra = fc.record({ bias: fc.boolean(), values: linearValues });
const few = upTo(5);
const fewChannels = fc.record({ groups: fc.constant(1), inputs: few, outputs: few });
const plain = layouts({});

const byLayout = mapClasses(
  {
    // Windows side by side, as detectors enlarge their maps.
    doubling: layouts({
      window: fc.constant<HeightWidth>([2, 2]),
      strides: fc.constant<HeightWidth>([2, 2]),
      padding: fc.constant<Padding>({ top: 0, bottom: 0, left: 0, right: 0 }),
    }),
    window_any: layouts({ window: both(upTo(5)), strides: both(upTo(3)) }),
    // A stride above the window leaves gaps that only the bias fills.
    gaps: layouts({ window: both(upTo(2)), strides: both(upTo(4, 3)) }),
    dilation: layouts({ dilations: both(upTo(3)), strides: both(upTo(3)) }),
    output_padding: layouts({ outputPadding: both(fc.nat(3)), strides: both(upTo(3)) }),
    batch: layouts({ image: fc.tuple(upTo(3, 2), upTo(3), upTo(3)) }),
  },
  fc.tuple(fewChannels, extra),
  (layout, [channels, rest]) => build(layout, channels, rest),
);
const byInputs = mapClasses(channelClasses('ci'), fc.tuple(few, plain, extra), (inputs, drawn) =>
  build(drawn[1], { groups: 1, inputs, outputs: drawn[0] }, drawn[2]),
);
const byOutputs = mapClasses(channelClasses('co'), fc.tuple(few, plain, extra), (outputs, drawn) =>
  build(drawn[1], { groups: 1, inputs: drawn[0], outputs }, drawn[2]),
);
const groups = fc
  .tuple(fc.record({ groups: upTo(5, 2), inputs: few, outputs: few }), plain, extra)
  .map(([channels, layout, rest]) => build(layout, channels, rest));
const depthwise = fc
  .tuple(fc.record({ groups: upTo(19), inputs: fc.constant(1), outputs: fc.constant(1) }), plain, extra)
  .map(([channels, layout, rest]) => build(layout, channels, rest));
const special = fc
  .tuple(fewChannels, plain, fc.record({ bias: fc.boolean(), values: specialValues }))
  .map(([channels, layout, rest]) => build(layout, channels, rest));

/** k = taps · channels per group, which is the most that an output element sums. */
export const convTranspose2d: OpConformance<'conv-transpose2d'> = {
  classes: { ...byLayout, ...byInputs, ...byOutputs, groups, depthwise, special_values: special },
  bound: (call) =>
    accumulationBound(
      call,
      call.inputs[1]!.shape.slice(0, 3).reduce((a, b) => a * b, 1),
    ),
};
