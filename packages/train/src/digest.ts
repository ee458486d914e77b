import type { Network } from '@sepconv/graph';
import type { Dataset } from './data/dataset.js';

type Numbers = Uint8Array | Float32Array | Int32Array;

/** FNV-1a with 32 bits, over the bytes of some arrays. Source: Fowler, Noll and Vo, draft-eastlake-fnv. */
function fnv1a(arrays: Iterable<Numbers>): string {
  let hash = 0x811c9dc5;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** A short name of images and their labels: it tells by mistake other ones, and is no protection against forgery. */
export function digestOfData({ pixels, labels }: Dataset): string {
  return fnv1a([pixels, Int32Array.from(labels)]);
}

/** The same of a network. */
export function digestOfNetwork({ graph, weights }: Network): string {
  const arrays = graph.parameters.map(({ name }) => weights.get(name)!.data as Numbers);
  return fnv1a([new TextEncoder().encode(JSON.stringify(graph)), ...arrays]);
}
