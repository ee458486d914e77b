/** @file Resize and Upsample: which dimensions change to which size, and where the new positions lie in the old ones. */
import type { AttributesOf, HeightWidth } from '@sepconv/graph';
import { elementCount } from '@sepconv/tensor';
import { refuse } from '../../errors.js';
import type { NodeContext } from '../context.js';
import { naturalOrder, shapeOf, type Value, valueInOrder } from '../layout.js';

type Attributes = AttributesOf['resize2d'];

/** One dimension's change. */
interface Change {
  readonly input: number;
  readonly output: number;
  /** Where it is not `output / input`. */
  readonly scale?: number;
  /** For the coordinates `affine`: positions in the input. */
  readonly start: number;
  readonly step: number;
  /** Positions before and after those that lie in the input, which get the extrapolated value. */
  readonly outside: readonly [before: number, after: number];
}

/** What the node says for all dimensions alike. */
type Method = Omit<Attributes, 'size' | 'scales' | 'start' | 'step'>;

const coordinateModes: ReadonlyMap<string, Attributes['coordinates']> = new Map([
  ['half_pixel', 'half-pixel'],
  ['half_pixel_symmetric', 'half-pixel-symmetric'],
  ['pytorch_half_pixel', 'pytorch-half-pixel'],
  ['align_corners', 'align-corners'],
  ['asymmetric', 'asymmetric'],
  // (y + ½) / s without the half pixel less, and a part of the image.
  ['tf_half_pixel_for_nn', 'affine'],
  ['tf_crop_and_resize', 'affine'],
]);

const roundings: ReadonlyMap<string, NonNullable<Attributes['rounding']>> = new Map([
  ['round_prefer_floor', 'round-prefer-floor'],
  ['round_prefer_ceil', 'round-prefer-ceil'],
  ['floor', 'floor'],
  ['ceil', 'ceil'],
]);

function oneOf<T>(context: NodeContext, name: string, absent: string, allowed: ReadonlyMap<string, T>): T {
  const said = context.stringAttribute(name, absent);
  return (
    allowed.get(said) ??
    refuse(
      `${name} must be one of ${[...allowed.keys()].join(', ')}, not ${JSON.stringify(said.slice(0, 40))}`,
    )
  );
}

function readMethod(context: NodeContext, isUpsample: boolean): Method {
  const modes = new Map([
    ['nearest', 'nearest'],
    ['linear', 'linear'],
    ['bilinear', 'linear'],
    ['cubic', 'cubic'],
  ] as const);
  const mode = oneOf(context, 'mode', 'nearest', modes);
  // Before operator set 11 there is nothing to choose.
  if (isUpsample || context.opset < 11) return { mode, coordinates: 'asymmetric', rounding: 'floor' };
  const antialias = context.integerAttribute('antialias', 0) !== 0;
  const method = {
    mode,
    coordinates: oneOf(context, 'coordinate_transformation_mode', 'half_pixel', coordinateModes),
  };
  if (mode === 'nearest') {
    return { ...method, rounding: oneOf(context, 'nearest_mode', 'round_prefer_floor', roundings) };
  }
  return {
    ...method,
    ...(antialias && { antialias }),
    ...(mode === 'cubic' && { cubicCoefficient: context.floatAttribute('cubic_coeff_a', -0.75) }),
    ...(context.integerAttribute('exclude_outside', 0) !== 0 && { excludeOutside: true }),
  };
}

/** The numbers of one input, or `undefined` where it is left out or empty. */
function numbersAt(context: NodeContext, input: number, what: string): readonly number[] | undefined {
  const numbers = context.integerList(input, what);
  return numbers === undefined || numbers.length === 0 ? undefined : numbers;
}

/** Sizes by `keep_aspect_ratio_policy`: one scale for all, the smallest or the largest that was asked for. */
function keepRatio(sizes: readonly number[], inputs: readonly number[], policy: string) {
  if (policy === 'stretch') return sizes.map((output) => ({ output }));
  const ratios = sizes.map((size, i) => size / (inputs[i] as number));
  const scale = policy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios);
  if (policy !== 'not_larger' && policy !== 'not_smaller')
    refuse(`keep_aspect_ratio_policy is ${JSON.stringify(policy.slice(0, 40))}`);
  return inputs.map((input) => ({ output: Math.floor(scale * input + 0.5), scale }));
}

/** Output size and scale of each named dimension. */
function readSizes(
  context: NodeContext,
  inputs: readonly number[],
  isUpsample: boolean,
): readonly { readonly output: number; readonly scale?: number }[] {
  const isOld = isUpsample || context.opset < 11;
  const sizes = isOld ? undefined : numbersAt(context, 3, 'the sizes');
  const scales =
    context.attribute('scales')?.floats ?? numbersAt(context, isOld ? 1 : 2, 'the scales') ?? undefined;
  const found = sizes ?? scales ?? refuse('has neither scales nor sizes');
  if (found.length !== inputs.length) {
    refuse(`has ${found.length} ${sizes ? 'sizes' : 'scales'} for ${inputs.length} dimensions`);
  }
  const changes =
    sizes === undefined
      ? found.map((scale, i) => ({
          // In float32, as onnxruntime multiplies: 0.7 · 10 is 7, and would be a little less in doubles.
          output: Math.floor(Math.fround(scale * (inputs[i] as number))),
          scale,
        }))
      : keepRatio(sizes, inputs, context.stringAttribute('keep_aspect_ratio_policy', 'stretch'));
  changes.forEach(({ output }, i) => {
    if (!(Number.isSafeInteger(output) && output >= 1))
      refuse(`resizes ${inputs[i]} to ${output} pixels; at least 1 is needed`);
  });
  return changes;
}

/** Start and step of an affine coordinate, without the positions that lie outside of the input. */
function readAffine(
  context: NodeContext,
  input: number,
  { output, scale = output / input }: { readonly output: number; readonly scale?: number },
  region: readonly [start: number, end: number] | undefined,
): Pick<Change, 'output' | 'start' | 'step' | 'outside'> {
  if (context.stringAttribute('coordinate_transformation_mode', '') === 'tf_half_pixel_for_nn') {
    return { output, start: 0.5 / scale, step: 1 / scale, outside: [0, 0] };
  }
  const [from, to] = region ?? refuse('needs a region of interest (roi) for tf_crop_and_resize');
  const length = scale * input;
  const isOne = output <= 1;
  const step = isOne ? 0 : ((to - from) * (input - 1)) / (length - 1);
  const start = from * (input - 1) + (isOne ? ((to - from) * (input - 1)) / 2 : 0);
  const isInside = (position: number): boolean => {
    const place = start + position * step;
    return place >= 0 && place <= input - 1;
  };
  let [first, last] = [0, output - 1];
  while (first <= last && !isInside(first)) first++;
  while (last > first && !isInside(last)) last--;
  if (first > last) refuse('its region of interest lies outside of the image');
  return { output: last - first + 1, start: start + first * step, step, outside: [first, output - 1 - last] };
}

/** The changes of all dimensions, by the file's axes; none where a dimension stays as it is. */
function readChanges(
  context: NodeContext,
  shape: readonly number[],
  { isUpsample, method }: { readonly isUpsample: boolean; readonly method: Method },
): ReadonlyMap<number, Change> {
  const axes =
    context.integersAttribute('axes')?.map((axis) => context.axis(axis, shape.length)) ??
    naturalOrder(shape.length);
  const inputs = axes.map((axis) => shape[axis] as number);
  const regions =
    isUpsample || context.opset < 11 ? undefined : numbersAt(context, 1, 'the region of interest');
  const changes = new Map<number, Change>();
  readSizes(context, inputs, isUpsample).forEach((wanted, i) => {
    const input = inputs[i] as number;
    const plain: Change = { input, start: 0, step: 1, outside: [0, 0], ...wanted };
    if (method.coordinates !== 'affine') {
      if (plain.output !== input || (plain.scale ?? 1) !== 1) changes.set(axes[i] as number, plain);
      return;
    }
    const [from, to] = [regions?.[i], regions?.[i + axes.length]];
    const region = from === undefined || to === undefined ? undefined : ([from, to] as const);
    const affine = readAffine(context, input, wanted, region);
    const isWhole = affine.outside[0] + affine.outside[1] === 0;
    const isEach = affine.start === 0 && (affine.step === 1 || input === 1);
    const isSame = isWhole && affine.output === input && isEach;
    if (!isSame) changes.set(axes[i] as number, { input, ...affine });
  });
  return changes;
}

const unchanged = (input: number): Change => ({ input, output: input, start: 0, step: 1, outside: [0, 0] });

/** The attributes of two changes at once. */
function attributesOf(method: Method, vertical: Change, horizontal: Change): Attributes {
  const both = [vertical, horizontal] as const;
  const pair = (of: (change: Change) => number): HeightWidth => [of(vertical), of(horizontal)];
  return {
    ...method,
    size: pair(({ output }) => output),
    ...(method.coordinates === 'affine'
      ? { start: pair(({ start }) => start), step: pair(({ step }) => step) }
      : both.some(({ scale }) => scale !== undefined) && {
          scales: pair(({ input, output, scale = output / input }) => scale),
        }),
  };
}

/** The positions outside get the extrapolated value, as a border. */
function withBorder(context: NodeContext, image: string, vertical: Change, horizontal: Change): string {
  const before = [0, vertical.outside[0], horizontal.outside[0], 0];
  const after = [0, vertical.outside[1], horizontal.outside[1], 0];
  if ([...before, ...after].every((amount) => amount === 0)) return image;
  return context.emit('pad', [image], {
    before,
    after,
    value: context.floatAttribute('extrapolation_value', 0),
  });
}

/** Resizes height and width of an image `[N, H, W, C]`. */
function resizeImage(
  context: NodeContext,
  image: string,
  method: Method,
  vertical: Change,
  horizontal: Change,
): string {
  const hasBorder = [vertical, horizontal].some(({ outside }) => outside[0] + outside[1] > 0);
  const emit = hasBorder ? context.helper.bind(context) : context.emit.bind(context);
  const resized = emit('resize2d', [image], attributesOf(method, vertical, horizontal));
  return withBorder(context, resized, vertical, horizontal);
}

function readResizing(context: NodeContext, isUpsample: boolean): Value {
  const value = context.value(0);
  const shape = shapeOf(value);
  const method = readMethod(context, isUpsample);
  const changes = readChanges(context, shape, { isUpsample, method });
  if (changes.size === 0) return value;
  const sizeAfter = (axis: number): number => {
    const change = changes.get(axis);
    return change === undefined
      ? (shape[axis] as number)
      : change.output + change.outside[0] + change.outside[1];
  };
  context.state.budget.checkShape(
    shape.map((_, axis) => sizeAfter(axis)),
    'the output',
  );
  const isSpatial = [...changes.keys()].every((axis) => axis >= 2);
  if (isSpatial && (shape.length === 3 || shape.length === 4)) {
    const image = context.image(0);
    const [vertical, horizontal] = image.spatial === 1 ? [undefined, 2] : [2, 3];
    const along = (axis: number | undefined, size: number): Change =>
      (axis === undefined ? undefined : changes.get(axis)) ?? unchanged(size);
    const result = resizeImage(
      context,
      image.name,
      method,
      along(vertical, image.shape[1]),
      along(horizontal, image.shape[2]),
    );
    return context.imageResult(result, image);
  }
  // Any other dimension by itself, as the height of an image whose channels are all that lies behind.
  let current = context.natural(value);
  const sizes = [...shape];
  for (const [axis, change] of changes) {
    const outer = elementCount(sizes.slice(0, axis));
    const inner = elementCount(sizes.slice(axis + 1));
    const image = context.reshaped(current.name, [outer, change.input, 1, inner]);
    const name = resizeImage(context, image, method, change, unchanged(1));
    sizes[axis] = sizeAfter(axis);
    current = valueInOrder(name, sizes, naturalOrder(sizes.length));
  }
  return current;
}

/** Resize: by scales, or to sizes, of any dimensions. */
export const readResize = (context: NodeContext): Value => readResizing(context, false);

/** Upsample, which Resize replaced: `y / scale`, rounded down where the nearest is taken. */
export const readUpsample = (context: NodeContext): Value => readResizing(context, true);
