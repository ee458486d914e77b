/** @file What a channel's BatchNorm and ReLU6 do to a number, computed by the reference; and the folded form of it. */
import { batchNorm, foldBatchNorm, GraphBuilder, type Network, pointwiseConv2d } from '@sepconv/graph';
import { runReferenceWith } from '@sepconv/reference';
import * as ops from '@sepconv/reference/ops';
import { float32Tensor } from '@sepconv/tensor';

/** BatchNorm's four numbers of one channel. */
export interface Normalization {
  readonly scale: number;
  readonly shift: number;
  readonly mean: number;
  readonly variance: number;
}

/** The curve, and the two numbers that are left when BatchNorm is folded into the convolution before it. */
export interface BlockCurve {
  readonly x: readonly number[];
  readonly normalized: readonly number[];
  readonly clipped: readonly number[];
  readonly folded: { readonly weight: number; readonly bias: number };
  /** The largest difference between the network as written and as folded. */
  readonly difference: number;
}

/** All that the block is made of: the page does not load the rest of the reference. */
const blockOps = {
  'pointwise-conv2d': ops.pointwiseConv2d,
  'batch-norm': ops.batchNorm,
  ...ops.elementwiseOps(),
};

const samples = 161;
/** Inputs from −8 to 8. */
export const span = 8;

/** A convolution with the one weight 1, so that its output is its input, then BatchNorm, then ReLU6. */
function network({ scale, shift, mean, variance }: Normalization): Network {
  const builder = new GraphBuilder('block');
  const image = builder.input('image', [1, 1, samples, 1]);
  const convolution = pointwiseConv2d(builder, image, { name: 'conv', filters: 1, bias: false });
  const normalized = batchNorm(builder, convolution, { name: 'norm' });
  const clipped = builder.node('relu6', [normalized], {}, 'relu6');
  const one = (value: number) => float32Tensor([1], [value]);
  const weights = new Map([
    ['conv/weight', float32Tensor([1, 1, 1, 1], [1])],
    ['norm/scale', one(scale)],
    ['norm/shift', one(shift)],
    ['norm/mean', one(mean)],
    ['norm/variance', one(variance)],
  ]);
  return { graph: builder.build([normalized, clipped]), weights };
}

/** Runs the block as written and as folded. */
export function blockCurve(normalization: Normalization): BlockCurve {
  const x = Array.from({ length: samples }, (_, index) => (index / (samples - 1)) * 2 * span - span);
  const image = float32Tensor([1, 1, samples, 1], x);
  const written = network(normalization);
  const outputs = runReferenceWith(blockOps, written, image);
  const normalized = [...outputs.get('norm')!.data];
  const clipped = [...outputs.get('relu6')!.data];
  // Only the block's end is an output here: a value that is asked for cannot be folded away.
  const folded = foldBatchNorm({ ...written, graph: { ...written.graph, outputs: ['relu6'] } });
  const [again] = runReferenceWith(blockOps, folded, image).values();
  const constants = folded.graph.nodes.find(({ op }) => op === 'pointwise-conv2d')!.inputs.slice(1);
  const [weight, bias] = constants.map((name) => folded.weights.get(name)!.data[0]!) as [number, number];
  const difference = Math.max(...clipped.map((value, index) => Math.abs(value - again!.data[index]!)));
  return { x, normalized, clipped, folded: { weight, bias }, difference };
}
