/** @file Parameters under the four definitions of {@link ParamCounts}, from shapes and roles alone. */
import type { Graph, Node, Parameter } from '@sepconv/graph';
import { byteLength, elementCount } from '@sepconv/tensor';
import { exactSum } from './exact.js';
import { foldingOf } from './folding.js';
import type { ParamCounts } from './types.js';

/** Parameters of one node or of several. */
export interface CountedParams {
  readonly params: ParamCounts;
  /** Bytes of `params.total` numbers as stored. */
  readonly weightBytes: number;
}

/** Parameter names that count already: as the graph stands, and as it would stand after folding. */
export interface SeenParams {
  readonly read: Set<string>;
  readonly kept: Set<string>;
}

/** Nothing seen yet. */
export const nothingSeen = (): SeenParams => ({ read: new Set(), kept: new Set() });

const definitions: {
  readonly [Definition in 'weights' | 'trainable' | 'total']: ReadonlySet<Parameter['role']>;
} = {
  weights: new Set(['weight']),
  trainable: new Set(['weight', 'bias', 'scale', 'shift']),
  total: new Set(['weight', 'bias', 'scale', 'shift', 'mean', 'variance', 'constant']),
};

const countRoles = (parameters: readonly Parameter[], definition: keyof typeof definitions): number =>
  exactSum(
    'the number of parameters',
    parameters
      .filter(({ role }) => definitions[definition].has(role))
      .map(({ shape }) => elementCount(shape)),
  );

/**
 * Counts parameters node by node. A parameter that `seen` holds already counts as 0, and what is counted is added to
 * it: counting all nodes with one `seen` counts every parameter once, for its first reader.
 */
export function paramCounter(graph: Graph): (node: Node, seen: SeenParams) => CountedParams {
  const byName = new Map(graph.parameters.map((parameter) => [parameter.name, parameter]));
  const folding = foldingOf(graph);
  const takeNew = (names: readonly string[], seen: Set<string>): Parameter[] =>
    names.flatMap((name) => {
      const parameter = byName.get(name);
      if (parameter === undefined || seen.has(name)) return [];
      seen.add(name);
      return [parameter];
    });
  return (node, seen) => {
    const { keptInputs = node.inputs.length, madeParams = 0 } = folding.get(node) ?? {};
    const read = takeNew(node.inputs, seen.read);
    const kept = takeNew(node.inputs.slice(0, keptInputs), seen.kept);
    return {
      params: {
        weights: countRoles(read, 'weights'),
        trainable: countRoles(read, 'trainable'),
        total: countRoles(read, 'total'),
        folded: exactSum('the number of parameters', [countRoles(kept, 'total'), madeParams]),
      },
      weightBytes: exactSum('the bytes of the parameters', read.map(byteLength)),
    };
  };
}

/** The sum of several counts. */
export function sumParams(counts: readonly ParamCounts[]): ParamCounts {
  const sum = (key: keyof ParamCounts): number =>
    exactSum(
      'the number of parameters',
      counts.map((count) => count[key]),
    );
  return { weights: sum('weights'), trainable: sum('trainable'), total: sum('total'), folded: sum('folded') };
}
