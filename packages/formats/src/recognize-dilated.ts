/**
 * @file Dilated convolutions as TensorFlow writes them: pixels that lie `b` apart as images of their own, a convolution, and back.
 * A convolution of such images is one with dilation b on the whole image, padded as that was.
 */
import {
  contractOf,
  type HeightWidth,
  type Network,
  type Node,
  type NodeOf,
  type Padding,
} from '@sepconv/graph';
import type { Shape } from '@sepconv/tensor';
import { type TypedSurroundings, typedSurroundingsOf } from './recognize-around.js';

/** Ops between the two, more than anybody writes. */
const mostBetween = 16;

type Convolution = NodeOf<'conv2d'> | NodeOf<'depthwise-conv2d'> | NodeOf<'pointwise-conv2d'>;

/** A rearrangement that was found. */
interface Moved {
  readonly from: string;
  readonly block: HeightWidth;
  /** What is padded, or cropped. */
  readonly amounts: Padding;
}

const none: Padding = { top: 0, bottom: 0, left: 0, right: 0 };

/** Finds both rearrangements by the shapes of their reshapes and the order of their transpositions. */
class Finder {
  readonly around: TypedSurroundings;

  constructor(around: TypedSurroundings) {
    this.around = around;
  }

  shape(value: string): Shape {
    return this.around.types.get(value)?.shape ?? [];
  }

  #producer<Name extends Node['op']>(value: string, op: Name, isPrivate = true): NodeOf<Name> | undefined {
    const node = this.around.producers.get(value);
    return node?.op === op && (!isPrivate || this.around.isPrivate(value))
      ? (node as NodeOf<Name>)
      : undefined;
  }

  /** What a reshape, a transposition of six dimensions and another reshape read. */
  #rearranged(value: string, permutation: readonly number[], isLast: boolean): string | undefined {
    const joined = this.#producer(value, 'reshape', !isLast);
    const moved = joined && this.#producer(joined.inputs[0] as string, 'transpose');
    if (moved === undefined || moved.attributes.permutation.join() !== permutation.join()) return undefined;
    const split = this.#producer(moved.inputs[0] as string, 'reshape');
    return split && this.shape(split.outputs[0] as string).length === 6
      ? (split.inputs[0] as string)
      : undefined;
  }

  /** The image of which these are the pixels that lie a block apart. */
  spaceToBatch(value: string): Moved | undefined {
    const source = this.#rearranged(value, [2, 4, 0, 1, 3, 5], false);
    const shape = this.shape(value);
    const whole = source === undefined ? [] : this.shape(source);
    if (source === undefined || shape.length !== 4 || whole.length !== 4) return undefined;
    const block: HeightWidth = [whole[1]! / shape[1]!, whole[2]! / shape[2]!];
    if (shape[3] !== whole[3] || shape[0] !== whole[0]! * block[0] * block[1]) return undefined;
    const pad = this.#producer(source, 'pad');
    const { before = [], after = [], value: zero } = pad?.attributes ?? {};
    const isZero =
      pad !== undefined && zero === 0 && [before[0], before[3], after[0], after[3]].every((n) => n === 0);
    if (!isZero) return { from: source, block, amounts: none };
    const amounts = { top: before[1]!, bottom: after[1]!, left: before[2]!, right: after[2]! };
    return { from: pad.inputs[0] as string, block, amounts };
  }

  /** The images whose pixels come to lie a block apart. */
  batchToSpace(node: Node): (Moved & { readonly joined: string }) | undefined {
    const crop = node.op === 'slice' ? (node as NodeOf<'slice'>) : undefined;
    const joined = (crop?.inputs[0] ?? node.outputs[0]) as string;
    if (crop !== undefined && !this.around.isPrivate(joined)) return undefined;
    const from = this.#rearranged(joined, [2, 3, 0, 4, 1, 5], crop === undefined);
    const [whole, shape] = [this.shape(joined), from === undefined ? [] : this.shape(from)];
    if (from === undefined || shape.length !== 4 || whole.length !== 4 || shape[3] !== whole[3])
      return undefined;
    const block: HeightWidth = [whole[1]! / shape[1]!, whole[2]! / shape[2]!];
    if (shape[0] !== whole[0]! * block[0] * block[1]) return undefined;
    if (crop === undefined) return { from, block, amounts: none, joined };
    const { starts, ends, steps } = crop.attributes;
    const isCrop =
      steps.every((step) => step === 1) && [0, 3].every((d) => starts[d] === 0 && ends[d] === whole[d]);
    if (!isCrop) return undefined;
    const amounts = {
      top: starts[1]!,
      bottom: whole[1]! - ends[1]!,
      left: starts[2]!,
      right: whole[2]! - ends[2]!,
    };
    return { from, block, amounts, joined };
  }

  /** The value that a node changes pixel by pixel, whichever image a pixel belongs to. */
  pointwiseInput(node: Node): string | undefined {
    const [first = '', ...others] = node.inputs;
    if (
      node.op === 'batch-norm' ||
      (contractOf(node.op).kind === 'activation' && node.op !== 'softmax' && others.length === 0)
    )
      return first;
    if (
      node.op !== 'add' &&
      node.op !== 'mul' &&
      node.op !== 'sub' &&
      node.op !== 'div' &&
      node.op !== 'prelu'
    )
      return undefined;
    const perChannel = (value: string): boolean =>
      this.around.weights.has(value) &&
      this.shape(value)
        .slice(0, -1)
        .every((extent) => extent === 1);
    if (others.length === 1 && perChannel(others[0] as string) && !perChannel(first)) return first;
    return node.op !== 'prelu' && others.length === 1 && perChannel(first) ? others[0] : undefined;
  }
}

/** A convolution in steps of 1. */
function asConvolution(node: Node | undefined): Convolution | undefined {
  if (node?.op === 'pointwise-conv2d') return node as Convolution;
  if (node?.op !== 'conv2d' && node?.op !== 'depthwise-conv2d') return undefined;
  const convolution = node as NodeOf<'conv2d'> | NodeOf<'depthwise-conv2d'>;
  return convolution.attributes.strides.every((stride) => stride === 1) ? convolution : undefined;
}

/** What is left of an amount of padding, and what still has to be cropped. */
const cut = (padding: number, crop: number): readonly [padding: number, crop: number] => {
  const both = Math.min(padding, crop);
  return [padding - both, crop - both];
};

/** What nodes become when the dilated convolution that ends with this one is found; the others are read by nobody then. */
function dilatedBefore(finder: Finder, last: Node): ReadonlyMap<Node, Node> | undefined {
  const back = last.op === 'slice' || last.op === 'reshape' ? finder.batchToSpace(last) : undefined;
  if (back === undefined) return undefined;
  const behind: Node[] = [];
  let value = back.from;
  let convolution: Convolution | undefined;
  let forth: Moved | undefined;
  for (let i = 0; i < mostBetween && forth === undefined; i++) {
    if (!finder.around.isPrivate(value)) return undefined;
    const node = finder.around.producers.get(value);
    const found = convolution === undefined ? asConvolution(node) : undefined;
    const input = found?.inputs[0] ?? (node && finder.pointwiseInput(node));
    if (node === undefined || input === undefined) return undefined;
    if (found !== undefined) convolution = found;
    else behind.push(node);
    value = input;
    forth = finder.spaceToBatch(value);
  }
  if (forth === undefined || convolution === undefined || forth.block.join() !== back.block.join())
    return undefined;
  return replacedBy({ back, forth, convolution, behind, last, spaced: value });
}

function replacedBy(found: {
  readonly back: Moved;
  readonly forth: Moved;
  readonly convolution: Convolution;
  readonly behind: readonly Node[];
  readonly last: Node;
  readonly spaced: string;
}): ReadonlyMap<Node, Node> | undefined {
  const { back, forth, convolution, behind, last, spaced } = found;
  // Only what is padded before a convolution is padding of it: nothing may stand between.
  if (convolution.inputs[0] !== spaced) return undefined;
  const [high, wide] = forth.block;
  const own = convolution.op === 'pointwise-conv2d' ? none : convolution.attributes.padding;
  const [top, cropTop] = cut(forth.amounts.top + own.top * high, back.amounts.top);
  const [bottom, cropBottom] = cut(forth.amounts.bottom + own.bottom * high, back.amounts.bottom);
  const [left, cropLeft] = cut(forth.amounts.left + own.left * wide, back.amounts.left);
  const [right, cropRight] = cut(forth.amounts.right + own.right * wide, back.amounts.right);
  if (cropTop + cropBottom + cropLeft + cropRight > 0) return undefined;
  const padding = { top, bottom, left, right };
  const isPadded = top + bottom + left + right > 0;
  if (convolution.op === 'pointwise-conv2d' && isPadded) return undefined;
  const inputs = [forth.from, ...convolution.inputs.slice(1)];
  const dilated =
    convolution.op === 'pointwise-conv2d'
      ? { ...convolution, inputs }
      : {
          ...convolution,
          inputs,
          attributes: {
            ...convolution.attributes,
            padding,
            dilations: [
              convolution.attributes.dilations[0] * high,
              convolution.attributes.dilations[1] * wide,
            ] as const,
          },
        };
  // The node before the way back gives its value; nobody else reads what that had.
  const [nearest] = behind;
  const end: Node = nearest ?? (dilated as Node);
  const replaced = new Map<Node, Node>();
  if (nearest !== undefined) replaced.set(convolution, dilated as Node);
  replaced.set(nearest ?? convolution, { ...end, outputs: last.outputs } as Node);
  return replaced;
}

/** Replaces dilated convolutions that are spelled out. */
export function recognizeDilated(network: Network): Network {
  const { graph, weights } = network;
  const isPossible = graph.nodes.some(
    ({ op, attributes }) =>
      op === 'transpose' && (attributes as { permutation: number[] }).permutation.length === 6,
  );
  if (!isPossible) return network;
  const finder = new Finder(typedSurroundingsOf(network));
  const replaced = new Map<Node, Node>();
  const gone = new Set<Node>();
  for (const node of graph.nodes) {
    const found = dilatedBefore(finder, node);
    if (found === undefined) continue;
    for (const [before, after] of found) replaced.set(before, after);
    gone.add(node);
  }
  if (gone.size === 0) return network;
  const nodes = graph.nodes.filter((node) => !gone.has(node)).map((node) => replaced.get(node) ?? node);
  return { graph: { ...graph, nodes }, weights };
}
