/**
 * @file Custom operators of MediaPipe's networks: landmarks and what surrounds them, and pooling that remembers where the largest
 * number was. Source: https://github.com/google-ai-edge/mediapipe, util/tflite/operations.
 */
import { createTensor, formatShape } from '@sepconv/tensor';
import { indexOfExtreme } from '../../composites/choices.js';
import { type Composer, type Step, step } from '../../composites/composer.js';
import { cropMatrix, movedLandmarks, sampled } from '../../composites/landmarks.js';
import { largest } from '../../composites/reductions.js';
import { refuse } from '../../errors.js';
import { composerOf } from '../composer.js';
import type { NodeResult, OperatorContext } from '../context.js';
import { type FlexOptions, readFlexMap } from '../flex-map.js';

const optionsOf = (context: OperatorContext): FlexOptions => readFlexMap(context.operator.customOptions);

function numberOf({ numbers }: FlexOptions, name: string): number {
  return numbers.get(name) ?? refuse(`has no option ${name}`);
}

/** An input as a value with these many dimensions fewer, all of them 1. */
function inner(context: OperatorContext, c: Composer, input: number, rank: number): string {
  const shape = context.shape(input);
  const outer = shape.slice(0, shape.length - rank);
  if (shape.length < rank || outer.some((size) => size !== 1))
    refuse(`reads ${formatShape(shape)}, of which the last ${rank} dimensions are to be all`);
  return outer.length === 0 ? context.value(input) : c.reshaped(context.value(input), shape.slice(-rank));
}

const last = (context: OperatorContext, { op, inputs, attributes }: Step): NodeResult =>
  context.node(op, inputs, attributes as never);

/** Landmarks2TransformMatrix, version 2. */
export function readLandmarksMatrix(context: OperatorContext): NodeResult {
  const options = optionsOf(context);
  const c = composerOf(context);
  const landmarks = inner(context, c, 0, 2);
  const [count = 0, depth = 0] = c.shape(landmarks);
  const subset = options.lists.get('subset_idxs') ?? refuse('has no list subset_idxs');
  const [left, right] = [numberOf(options, 'left_rotation_idx'), numberOf(options, 'right_rotation_idx')];
  if (depth < 2 || subset.length === 0 || ![left, right, ...subset].every((i) => i >= 0 && i < count))
    refuse(`names landmarks that ${formatShape(context.shape(0))} does not have`);
  const crop = {
    ...{ left, right, subset },
    target: options.numbers.get('target_rotation_radians') ?? 0,
    scales: [numberOf(options, 'scale_x'), numberOf(options, 'scale_y')],
    size: [numberOf(options, 'output_width'), numberOf(options, 'output_height')],
  } as const;
  return last(context, cropMatrix(c, landmarks, crop));
}

/** TransformLandmarks, version 2. */
export function readTransformLandmarks(context: OperatorContext): NodeResult {
  const c = composerOf(context);
  const moved = movedLandmarks(c, inner(context, c, 0, 2), inner(context, c, 1, 2));
  return last(context, step('reshape', [moved], { shape: [...context.shape(0)] }));
}

/** TransformTensorBilinear, version 2. */
export function readTransformTensor(context: OperatorContext): NodeResult {
  const options = optionsOf(context);
  const c = composerOf(context);
  const size = [numberOf(options, 'output_height'), numberOf(options, 'output_width')] as const;
  const image = inner(context, c, 0, 3);
  context.state.budget.checkValue([...size, c.shape(image)[2] as number], 'the part of the image');
  const pixels = sampled(c, image, inner(context, c, 1, 2), size);
  return last(context, step('reshape', [pixels], { shape: [1, ...size, c.shape(pixels)[1] as number] }));
}

/** Windows side by side: TfLitePoolParams as the compiler lays it out. */
function windowOf(context: OperatorContext): { rows: number; columns: number } {
  const { customOptions: bytes } = context.operator;
  if (bytes.length < 20) refuse(`has options of ${bytes.length} bytes, not those of a pooling`);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const [, strideX, strideY, columns, rows] = [0, 1, 2, 3, 4].map((i) => view.getInt32(4 * i, true)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  if (!(rows >= 1 && columns >= 1 && rows * columns <= 1024 && strideX === columns && strideY === rows))
    refuse(
      `pools windows of ${rows}×${columns} with a stride of ${strideY}×${strideX}; windows side by side are supported`,
    );
  return { rows, columns };
}

/** `[N, H, W, rows · columns, C]` of an image whose windows lie side by side. */
function windows(c: Composer, image: string, rows: number, columns: number): string {
  const [batch = 0, height = 0, width = 0, channels = 0] = c.shape(image);
  if (height % rows !== 0 || width % columns !== 0)
    refuse(`cuts an image of ${height}×${width} into windows of ${rows}×${columns}, which do not fit`);
  const [high, wide] = [height / rows, width / columns];
  const split = c.reshaped(image, [batch * high, rows, wide, columns * channels]);
  const turned = c.add(step('transpose', [split], { permutation: [0, 2, 1, 3] }));
  return c.reshaped(turned, [batch, high, wide, rows * columns, channels]);
}

/** MaxPoolingWithArgmax2D: the largest number of each window, and where in it the first such is, with a tenth for rounding down. */
export function readMaxPoolWithPlaces(context: OperatorContext): NodeResult[] {
  const c = composerOf(context);
  const { rows, columns } = windowOf(context);
  const all = windows(c, context.value(0), rows, columns);
  const place = c.add(indexOfExtreme(c, all, 3, { side: 'max', keeps: false }));
  return [last(context, largest(c, all, [3], false)), last(context, step('add', [place, c.number(0.1)]))];
}

/** MaxUnpooling2D: each number at its place in a window of zeros. */
export function readMaxUnpooling(context: OperatorContext): NodeResult {
  const c = composerOf(context);
  const { rows, columns } = windowOf(context);
  const [batch = 0, height = 0, width = 0, channels = 0] = context.shape(0);
  const count = rows * columns;
  context.state.budget.checkValue([batch, height * rows, width * columns, channels], 'the unpooled image');
  const alone = [batch, height, width, 1, channels];
  const places = createTensor(
    'float32',
    [count, 1],
    Float32Array.from({ length: count }, (_, i) => i),
  );
  const which = c.plain('trunc', c.reshaped(context.value(1), alone));
  const isHere = c.plain('equal', which, c.constant(places));
  const all = c.plain('mask', c.reshaped(context.value(0), alone), isHere);
  const split = c.reshaped(all, [batch * height, width, rows, columns * channels]);
  const turned = c.add(step('transpose', [split], { permutation: [0, 2, 1, 3] }));
  return last(
    context,
    step('reshape', [turned], { shape: [batch, height * rows, width * columns, channels] }),
  );
}
