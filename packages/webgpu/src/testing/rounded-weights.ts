import type { Network } from '@sepconv/graph';
import { type Tensor, toFloat16, toFloat32 } from '@sepconv/tensor';

/** A tensor whose numbers have 16 bits, unless one is too large for that. */
function roundedTensor(tensor: Tensor): Tensor {
  const half = toFloat32(toFloat16(toFloat32(tensor)));
  return half.data.every(Number.isFinite) ? half : tensor;
}

/** The network with weights that are numbers of 16 bits, as a session that keeps them so has them. */
export function roundedWeights({ graph, weights }: Network): Network {
  const isWeight = new Set(graph.parameters.filter(({ role }) => role === 'weight').map(({ name }) => name));
  return {
    graph,
    weights: new Map(
      [...weights].map(([name, tensor]) => [name, isWeight.has(name) ? roundedTensor(tensor) : tensor]),
    ),
  };
}
