/**
 * @file Functions of one byte, which ONNX has as a Gather from a table by a Cast of the byte, with an Add where the table begins at −128 or each
 * channel has a row of its own. They become a Gather by the byte itself, which no file has: positions are int32 or int64 there.
 */
import { elementCount } from '@sepconv/tensor';
import { elementType, type OnnxModel, type OnnxNode, type StoredTensor } from './model.js';

const isByte = (stored: StoredTensor | undefined): stored is StoredTensor =>
  stored?.type === 'int8' || stored?.type === 'uint8';

/** The nodes with tables in place of what looks up in them. */
export function joinTables(model: OnnxModel, nodes: readonly OnnxNode[]): readonly OnnxNode[] {
  const producers = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const producer = (value: string | undefined, op: string): OnnxNode | undefined => {
    const found = producers.get(value ?? '');
    return found?.op === op && found.domain === '' ? found : undefined;
  };
  const castOf = (value: string | undefined): string | undefined => {
    const cast = producer(value, 'Cast');
    return elementType(cast?.attributes.get('to')?.integer ?? 0) === 'int32' ? cast?.inputs[0] : undefined;
  };
  const joined = (gather: OnnxNode): OnnxNode | undefined => {
    const [table = '', positions = ''] = gather.inputs;
    const name = producer(table, 'Reshape')?.inputs[0] ?? table;
    const stored = model.initializers.get(name);
    if (!isByte(stored) || stored.external !== undefined) return undefined;
    const rows = elementCount(stored.dims) / 256;
    if (!Number.isInteger(rows) || (gather.attributes.get('axis')?.integer ?? 0) !== 0) return undefined;
    const plain = castOf(positions);
    if (plain !== undefined) return rows === 1 ? { ...gather, inputs: [name, plain] } : undefined;
    const [cast, offsets = ''] = producer(positions, 'Add')?.inputs ?? [];
    const bytes = castOf(cast);
    const starts = model.initializers.get(offsets);
    const fits = starts?.type === 'int32' && elementCount(starts.dims) === rows;
    return bytes === undefined || !fits ? undefined : { ...gather, inputs: [name, bytes, offsets] };
  };
  return nodes.map((node) => (node.op === 'Gather' && node.domain === '' ? (joined(node) ?? node) : node));
}
