/** @file A network's layers grouped into its blocks, as the cost model names them. */
import type { LayerCost, LayerType, NetworkCost } from '@sepconv/cost-model';

/** Layers that belong together, in the order in which they run. */
export interface Block {
  readonly name: string;
  readonly layers: readonly LayerCost[];
  /** Of its last layer. */
  readonly outputShape: readonly number[];
  readonly macs: number;
  readonly params: number;
}

const sum = (layers: readonly LayerCost[], count: (layer: LayerCost) => number): number =>
  layers.reduce((total, layer) => total + count(layer), 0);

/** Neighbouring layers of the same block name as one block. */
export function blocksOf({ layers }: NetworkCost): readonly Block[] {
  const groups: LayerCost[][] = [];
  for (const layer of layers) {
    const last = groups.at(-1);
    if (last?.[0]?.block === layer.block) last.push(layer);
    else groups.push([layer]);
  }
  return groups.map((group) => ({
    name: group[0]!.block,
    layers: group,
    outputShape: group.at(-1)!.outputShape,
    macs: sum(group, ({ macs }) => macs),
    params: sum(group, ({ params }) => params.trainable),
  }));
}

/** The colour of a layer type: three have the tones of the subject, a classifier its own, the rest is neutral. */
export function toneOf(type: LayerType): 'standard' | 'depthwise' | 'pointwise' | 'dense' | 'other' {
  if (type === 'standard' || type === 'grouped') return 'standard';
  if (type === 'depthwise' || type === 'pointwise' || type === 'dense') return type;
  return 'other';
}

/** `56×56×128` of `[1, 56, 56, 128]`; `1000` of `[1, 1000]`. */
export const sizeOf = (shape: readonly number[]): string => shape.slice(1).join('×');
