import {
  countOps,
  countParameters,
  type InspectedValue,
  type Inspection,
  unsupportedKind,
} from '../inspection.js';
import { isReadable, liveNodes, readGraphModel } from './graph/import.js';
import type { JsonObject } from './json.js';
import { allLayers } from './layers/import.js';
import { layerReaders } from './layers/registry.js';
import { inputShapeOf, modelClasses, readTopology } from './layers/topology.js';
import { readManifest, storedBytes } from './manifest.js';
import { isGraphModel, kerasModel, modelJson, type TfjsParts } from './parts.js';

type Parts = Pick<Inspection, 'inputs' | 'outputs' | 'ops' | 'unsupported'>;

const openShape = (dims: readonly unknown[]): (number | string)[] =>
  dims.map((dimension) => (typeof dimension === 'number' ? dimension : '?'));

function inspectLayers(model: JsonObject): Parts {
  const topology = readTopology(model);
  // Every layer by itself: those inside nested models count, and the models around them do not.
  const layers = [...allLayers(topology)].filter(({ className }) => !modelClasses.has(className));
  const counted = countOps(
    layers.map(({ className, name }) => ({ op: className, name })),
    (op) => op === 'InputLayer' || layerReaders.has(op),
  );
  const inputs = topology.inputs.map(({ layer }): InspectedValue => {
    const config = topology.layers.get(layer)?.config;
    const dims = config && inputShapeOf(config);
    return { name: layer, type: 'float32', ...(dims && { shape: openShape(dims) }) };
  });
  const outputs = topology.outputs.map(({ layer }) => ({ name: layer, type: 'float32' }));
  return { inputs, outputs, ...counted };
}

function inspectGraph(model: JsonObject): Parts {
  const graph = readGraphModel(model);
  const needed = new Set(liveNodes(graph).map(({ op }) => op));
  const nodes = [...graph.nodes.values()];
  const counted = countOps(
    nodes.map(({ op, name }) => ({ op, name })),
    (op) => isReadable(op) || !needed.has(op),
  );
  const inputs = graph.inputs.map((node): InspectedValue => {
    const dims = graph.inputShapes.get(node.name) ?? node.shape('shape');
    const type = node.type('dtype').replace('DT_', '').toLowerCase();
    return {
      name: node.name,
      type: type === 'float' ? 'float32' : type,
      ...(dims && { shape: openShape(dims) }),
    };
  });
  const outputs = graph.outputs.map(({ node }) => ({ name: node, type: 'float32' }));
  return { inputs, outputs, ...counted };
}

/**
 * Tells what a TF.js model holds, from its `model.json` alone: also of models that use what this library cannot read.
 *
 * @throws {FormatError} when it is no such file, or contradicts itself.
 *
 * @example
 * const { ops, unsupported } = inspectTfjs(await readFile('model.json'));
 */
export function inspectTfjs(model: TfjsParts['model']): Inspection {
  const json = modelJson(model);
  const isGraph = isGraphModel(json);
  const weights = readManifest(json).flatMap((group) => group.weights);
  const stored = countParameters(
    weights.map((spec) => ({
      name: spec.name,
      type: spec.encoding?.dtype ?? spec.dtype,
      shape: spec.shape,
      bytes: storedBytes(spec) ?? 0,
    })),
  );
  const details: [string, string][] = [['kind', isGraph ? 'graph model' : 'layers model']];
  for (const key of ['generatedBy', 'convertedBy']) {
    const value = json.get(key);
    if (typeof value === 'string' && value !== '') details.push([key, value]);
  }
  const foreign = weights.filter((spec) => storedBytes(spec) === undefined).map(({ name }) => name);
  const { inputs, outputs, ops, unsupported } = isGraph
    ? inspectGraph(json)
    : inspectLayers(kerasModel(json));
  return {
    format: 'tfjs',
    details,
    inputs,
    outputs,
    ops,
    parameters: stored.parameters,
    unsupported: [
      ...unsupported,
      ...unsupportedKind('weights of another type', foreign, 'weights are float32, int32, bool or encoded'),
      ...stored.unsupported,
    ],
  };
}
