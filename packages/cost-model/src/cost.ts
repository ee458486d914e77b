import {
  expectGraph,
  type Graph,
  inferTypes,
  type Node,
  type ValueType,
  type ValueTypes,
} from '@sepconv/graph';
import { byteLength, elementCount } from '@sepconv/tensor';
import { exactProduct, exactSum } from './exact.js';
import { groupLayers, intensityOf } from './groups.js';
import { costOfNode, expectFormula } from './ops/registry.js';
import { type CountedParams, nothingSeen, paramCounter } from './params.js';
import type { LayerCost, NetworkCost } from './types.js';

const typesOf = (types: ValueTypes, names: readonly string[]): ValueType[] =>
  names.map((name) => types.get(name) as ValueType);

function layerOf(node: Node, types: ValueTypes, { params, weightBytes }: CountedParams): LayerCost {
  const inputs = typesOf(types, node.inputs);
  const outputs = typesOf(types, node.outputs);
  const [input, output] = [inputs[0] as ValueType, outputs[0] as ValueType];
  const { type, macs, isView = false, readElements } = costOfNode(node, inputs, output);
  const what = `the bytes of ${node.op} "${node.name}"`;
  const distinct = typesOf(types, [...new Set(node.inputs)]);
  const read = readElements === undefined ? distinct : [{ ...input, shape: [readElements] }];
  const made = isView ? [] : outputs;
  const activationBytes = exactSum(what, made.map(byteLength));
  const flops = exactProduct(`the FLOPs of ${node.op} "${node.name}"`, 2, macs);
  const readBytes = isView ? 0 : exactSum(what, read.map(byteLength));
  return {
    name: node.name,
    block: node.name.split('/', 1)[0] as string,
    op: node.op,
    type,
    inputShape: input.shape,
    outputShape: output.shape,
    macs,
    flops,
    params,
    activationElements: exactSum(
      what,
      made.map(({ shape }) => elementCount(shape)),
    ),
    activationBytes,
    weightBytes,
    readBytes,
    writtenBytes: activationBytes,
    intensity: intensityOf(flops, readBytes + activationBytes),
  };
}

/**
 * What a network costs: per node, in total, by layer type and by block. Needs shapes only, no weights; every count is an exact
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
  expectGraph(graph);
  for (const node of graph.nodes) expectFormula(node);
  const types = inferTypes(graph);
  const countNode = paramCounter(graph);
  const seen = nothingSeen();
  const layers = graph.nodes.map((node) => ({
    cost: layerOf(node, types, countNode(node, nothingSeen())),
    first: countNode(node, seen),
  }));
  return {
    name: graph.name,
    layers: layers.map(({ cost }) => cost),
    ...groupLayers(graph.name, layers),
  };
}
