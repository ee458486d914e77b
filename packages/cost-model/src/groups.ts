/** @file Sums of layers: a network's totals, and what each layer type and block has of them. */
import { exactSum } from './exact.js';
import { type CountedParams, sumParams } from './params.js';
import { type CostCounts, type GroupCost, type LayerCost, layerTypes, type NetworkCost } from './types.js';

/** A layer, and the parameters of which it is the first reader. */
export interface CountedLayer {
  readonly cost: LayerCost;
  readonly first: CountedParams;
}

/** FLOPs per byte, 0 where nothing moves. */
export const intensityOf = (flops: number, bytes: number): number => (bytes === 0 ? 0 : flops / bytes);

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** The counts of several layers together; `what` names them in a message. */
function sumOf(what: string, layers: readonly CountedLayer[]): CostCounts {
  type Summed = Exclude<keyof CostCounts, 'params' | 'weightBytes' | 'intensity'>;
  const sum = (key: Summed): number =>
    exactSum(
      what,
      layers.map(({ cost }) => cost[key]),
    );
  const [flops, readBytes, writtenBytes] = [sum('flops'), sum('readBytes'), sum('writtenBytes')];
  return {
    macs: sum('macs'),
    flops,
    params: sumParams(layers.map(({ first }) => first.params)),
    activationElements: sum('activationElements'),
    activationBytes: sum('activationBytes'),
    weightBytes: exactSum(
      what,
      layers.map(({ first }) => first.weightBytes),
    ),
    readBytes,
    writtenBytes,
    intensity: intensityOf(flops, readBytes + writtenBytes),
  };
}

function groupOf(what: string, members: readonly CountedLayer[], totals: CostCounts): GroupCost {
  const counts = sumOf(what, members);
  const { params } = counts;
  return {
    layers: members.length,
    ...counts,
    macShare: share(counts.macs, totals.macs),
    paramShare: {
      weights: share(params.weights, totals.params.weights),
      trainable: share(params.trainable, totals.params.trainable),
      total: share(params.total, totals.params.total),
      folded: share(params.folded, totals.params.folded),
    },
  };
}

/** The totals of a network's layers, and the layers by type and by block. */
export function groupLayers(
  name: string,
  layers: readonly CountedLayer[],
): Pick<NetworkCost, 'totals' | 'byType' | 'byBlock'> {
  const totals = sumOf(`the costs of "${name}"`, layers);
  const blocks = new Map<string, CountedLayer[]>();
  for (const layer of layers) {
    const members = blocks.get(layer.cost.block);
    if (members === undefined) blocks.set(layer.cost.block, [layer]);
    else members.push(layer);
  }
  return {
    totals,
    byType: layerTypes.flatMap((type) => {
      const members = layers.filter(({ cost }) => cost.type === type);
      return members.length === 0 ? [] : [{ type, ...groupOf(`${type} layers`, members, totals) }];
    }),
    byBlock: [...blocks].map(([block, members]) => ({
      block,
      ...groupOf(`the block "${block}"`, members, totals),
    })),
  };
}
