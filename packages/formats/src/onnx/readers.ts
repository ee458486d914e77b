/** @file What a file is read with: of all that can be read, what the file needs is loaded. */
import type { Readers } from './context.js';
import { nestedGraphs, type OnnxModel } from './model.js';
import { commonReaders } from './ops/common.js';

/** Operators that need no reader: they are computed at load, or are branches and loops. */
const known = new Set(['Constant', 'ConstantOfShape', 'If', 'Loop', 'Range', 'Shape', 'Size']);

const isCommon = (op: string): boolean => known.has(op) || Object.hasOwn(commonReaders, op);

/** Loads what a file is read with. */
export async function loadReaders(model: OnnxModel): Promise<Readers> {
  const nodes = [...nestedGraphs(model)].flatMap((graph) => graph.nodes);
  const [readers, metadata] = await Promise.all([
    nodes.every(({ op, domain }) => domain === '' && isCommon(op))
      ? { nodes: new Map(Object.entries(commonReaders)) }
      : import('./ops/registry.js').then(({ allReaders }) => allReaders),
    model.properties.size === 0
      ? undefined
      : import('../metadata/properties.js').then(({ metadataOf }) => metadataOf),
  ]);
  return { ...readers, ...(metadata && { metadata }) };
}
