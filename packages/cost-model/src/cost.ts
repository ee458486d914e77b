import { type Graph, inferTypes, type Node, type ValueType, type ValueTypes } from '@sepconv/graph';
import { byteLength, elementCount } from '@sepconv/tensor';
import { exactProduct, exactSum } from './exact.js';
import { costOfNode, expectFormula } from './ops/registry.js';
import { type CountedParams, nothingSeen, paramCounter, sumParams } from './params.js';
import { type CostCounts, type LayerCost, layerTypes, type NetworkCost, type TypeShare } from './types.js';

/** A layer, and the parameters of which it is the first reader. */
interface CountedLayer {
  readonly cost: LayerCost;
  readonly first: CountedParams;
}

const typesOf = (types: ValueTypes, names: readonly string[]): ValueType[] =>
  names.map((name) => types.get(name) as ValueType);

function layerOf(node: Node, types: ValueTypes, { params, weightBytes }: CountedParams): LayerCost {
  const inputs = typesOf(types, node.inputs);
  const outputs = typesOf(types, node.outputs);
  const [input, output] = [inputs[0] as ValueType, outputs[0] as ValueType];
  const { type, macs, isView = false } = costOfNode(node, inputs, output);
  const what = `the bytes of ${node.op} "${node.name}"`;
  const distinct = typesOf(types, [...new Set(node.inputs)]);
  const made = isView ? [] : outputs;
  const activationBytes = exactSum(what, made.map(byteLength));
  return {
    name: node.name,
    block: node.name.split('/', 1)[0] as string,
    op: node.op,
    type,
    inputShape: input.shape,
    outputShape: output.shape,
    macs,
    flops: exactProduct(`the FLOPs of ${node.op} "${node.name}"`, 2, macs),
    params,
    activationElements: exactSum(
      what,
      made.map(({ shape }) => elementCount(shape)),
    ),
    activationBytes,
    weightBytes,
    readBytes: isView ? 0 : exactSum(what, distinct.map(byteLength)),
    writtenBytes: activationBytes,
  };
}

function totalsOf(graph: Graph, layers: readonly CountedLayer[]): CostCounts {
  const what = `the costs of "${graph.name}"`;
  const sum = (key: Exclude<keyof CostCounts, 'params' | 'weightBytes'>): number =>
    exactSum(
      what,
      layers.map(({ cost }) => cost[key]),
    );
  return {
    macs: sum('macs'),
    flops: sum('flops'),
    params: sumParams(layers.map(({ first }) => first.params)),
    activationElements: sum('activationElements'),
    activationBytes: sum('activationBytes'),
    weightBytes: exactSum(
      what,
      layers.map(({ first }) => first.weightBytes),
    ),
    readBytes: sum('readBytes'),
    writtenBytes: sum('writtenBytes'),
  };
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

function sharesOf(layers: readonly CountedLayer[], totals: CostCounts): TypeShare[] {
  return layerTypes.flatMap((type) => {
    const members = layers.filter(({ cost }) => cost.type === type);
    if (members.length === 0) return [];
    const macs = exactSum(
      `the MACs of ${type} layers`,
      members.map(({ cost }) => cost.macs),
    );
    const params = sumParams(members.map(({ first }) => first.params));
    const paramShare = {
      weights: share(params.weights, totals.params.weights),
      trainable: share(params.trainable, totals.params.trainable),
      total: share(params.total, totals.params.total),
      folded: share(params.folded, totals.params.folded),
    };
    return [{ type, layers: members.length, macs, macShare: share(macs, totals.macs), params, paramShare }];
  });
}

/**
 * What a network costs: per node, in total, and by layer type. Needs shapes only, no weights; every count is an exact
 * integer for the batch that the graph's inputs declare.
 *
 * MACs follow the definition of the published tables (Howard et al. 2017, arXiv:1704.04861): convolutions and dense
 * layers, without bias, BatchNorm, activation, pooling and addition.
 *
 * @throws {CostError} when an op has no formula or a count is above `Number.MAX_SAFE_INTEGER`.
 * @throws {GraphError} when the graph contradicts itself.
 *
 * @example
 * const { totals } = costOf(mobileNetV1());
 * totals.macs; // 568740352
 */
export function costOf(graph: Graph): NetworkCost {
  for (const node of graph.nodes) expectFormula(node);
  const types = inferTypes(graph);
  const countNode = paramCounter(graph);
  const seen = nothingSeen();
  const layers = graph.nodes.map((node) => ({
    cost: layerOf(node, types, countNode(node, nothingSeen())),
    first: countNode(node, seen),
  }));
  const totals = totalsOf(graph, layers);
  return {
    name: graph.name,
    layers: layers.map(({ cost }) => cost),
    totals,
    byType: sharesOf(layers, totals),
  };
}
