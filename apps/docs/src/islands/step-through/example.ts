/** @file The example of the step-through: one small layer in both forms, computed by the reference. */
import { conv2d, depthwiseConv2d, GraphBuilder, pointwiseConv2d } from '@sepconv/graph';
import { createMacCounter, runReferenceWith } from '@sepconv/reference';
import { createTensor, elementCount, type Shape, type Tensor } from '@sepconv/tensor';
import { layerOps } from '../layer-ops.js';

/** Sizes of the example: small enough to see every number. */
export const size = { input: 5, output: 3, kernel: 3, inputChannels: 3, outputChannels: 4 } as const;

/** Everything that the step-through shows. Layouts as everywhere: images NHWC, weights HWIO and HWCM. */
export interface Example {
  readonly input: Tensor;
  readonly standardWeight: Tensor;
  readonly depthwiseWeight: Tensor;
  readonly pointwiseWeight: Tensor;
  /** The result of the depthwise step. */
  readonly middle: Tensor;
  readonly standardOutput: Tensor;
  readonly separableOutput: Tensor;
  /** Multiply-adds as the reference counted them. */
  readonly macs: { readonly standard: number; readonly depthwise: number; readonly pointwise: number };
}

/** Three 5×5 channels: a slope, a square, a diagonal. */
const channels = [
  [0, 0, 1, 2, 2, 0, 1, 2, 2, 3, 0, 1, 2, 3, 3, 1, 1, 2, 3, 3, 1, 2, 2, 3, 3],
  [0, 0, 0, 0, 0, 0, 2, 2, 2, 0, 0, 2, 1, 2, 0, 0, 2, 2, 2, 0, 0, 0, 0, 0, 0],
  [3, 1, 0, 0, 0, 1, 3, 1, 0, 0, 0, 1, 3, 1, 0, 0, 0, 1, 3, 1, 0, 0, 0, 1, 3],
];

/** One 3×3 filter per channel: an edge, a sum of neighbours, a centre against what lies to its left. */
const depthwiseFilters = [
  [-1, 0, 1, -1, 0, 1, -1, 0, 1],
  [0, 1, 0, 1, 1, 1, 0, 1, 0],
  [0, 0, 0, -1, 2, 0, 0, 0, 0],
];

/** One row per output channel, one weight per input channel. */
const pointwiseFilters = [
  [1, 0, 1],
  [0, 1, -1],
  [-1, 1, 0],
  [1, 1, 1],
];

/** A float32 tensor from numbers that are given one plane after another, the plane being the last dimension. */
function fromPlanes(shape: Shape, planes: readonly (readonly number[])[]): Tensor<'float32'> {
  const data = new Float32Array(elementCount(shape));
  planes.forEach((plane, index) => {
    plane.forEach((value, position) => {
      data[position * planes.length + index] = value;
    });
  });
  return createTensor('float32', shape, data);
}

/** The standard filters that do the same as both steps: every tap is a depthwise weight times a pointwise one. */
function standardFilters(): number[][] {
  const { kernel, inputChannels } = size;
  return pointwiseFilters.map((mix) =>
    Array.from({ length: kernel * kernel * inputChannels }, (_, tap) => {
      const channel = tap % inputChannels;
      return depthwiseFilters[channel]![Math.floor(tap / inputChannels)]! * mix[channel]!;
    }),
  );
}

/** Runs both forms through the reference, once. */
export function runExample(): Example {
  const { input, kernel, inputChannels, outputChannels } = size;
  const builder = new GraphBuilder('step-through');
  const image = builder.input('image', [1, input, input, inputChannels]);
  const window = { kernel, padding: 'valid', bias: false } as const;
  const standard = conv2d(builder, image, { name: 'standard', filters: outputChannels, ...window });
  const depthwise = depthwiseConv2d(builder, image, { name: 'depthwise', ...window });
  const pointwise = pointwiseConv2d(builder, depthwise, {
    name: 'pointwise',
    filters: outputChannels,
    bias: false,
  });
  const graph = builder.build([standard, depthwise, pointwise]);

  const weights = new Map([
    ['standard/weight', fromPlanes([kernel, kernel, inputChannels, outputChannels], standardFilters())],
    ['depthwise/weight', fromPlanes([kernel, kernel, inputChannels, 1], depthwiseFilters)],
    ['pointwise/weight', fromPlanes([1, 1, inputChannels, outputChannels], pointwiseFilters)],
  ]);
  const imageTensor = fromPlanes([1, input, input, inputChannels], channels);
  const counter = createMacCounter();
  const outputs = runReferenceWith(layerOps, { graph, weights }, imageTensor, { counter });
  const macs = (node: string): number => counter.byNode.get(node)!;
  return {
    input: imageTensor,
    standardWeight: weights.get('standard/weight')!,
    depthwiseWeight: weights.get('depthwise/weight')!,
    pointwiseWeight: weights.get('pointwise/weight')!,
    middle: outputs.get('depthwise')!,
    standardOutput: outputs.get('standard')!,
    separableOutput: outputs.get('pointwise')!,
    macs: { standard: macs('standard'), depthwise: macs('depthwise'), pointwise: macs('pointwise') },
  };
}
