/**
 * @file torchvision's names of MobileNet V2 and V3 parameters, and how their dimensions lie there: convolutions
 * `[C_out, C_in / groups, K_h, K_w]`, dense layers `[C_out, C_in]`. Source: https://github.com/pytorch/vision,
 * torchvision/models/mobilenetv2.py and mobilenetv3.py, `state_dict()` of the networks that they build.
 */
import { expectGraph, type Graph, type Parameter } from '@sepconv/graph';
import { formatShape, type Shape, sameShape, type Tensor, toFloat32, transposeTensor } from '@sepconv/tensor';
import { quote, refuse } from '../errors.js';

/** A parameter as torchvision has it. */
export interface TorchvisionParameter {
  readonly key: string;
  readonly shape: Shape;
  /** For each dimension here, which one there: `[2, 3, 1, 0]` for a convolution. */
  readonly axes: readonly number[];
}

/** Layers of a block in the order in which they run; torchvision counts those that are there. */
const blockLayers = ['expand', 'depthwise', 'squeeze', 'project'] as const;

/** What a BatchNorm's parameters are called. */
const normNames: Readonly<Record<string, string>> = {
  scale: 'weight',
  shift: 'bias',
  mean: 'running_mean',
  variance: 'running_var',
};

/** The key in front of a parameter's own name. */
type Prefix = (stage: string, layer: string, isNorm: boolean) => string;

function prefixOf(graph: Graph): Prefix {
  const names = graph.parameters.map(({ name }) => name);
  const blocks = new Map<string, Set<string>>();
  for (const name of names) {
    const [stage = '', layer = ''] = name.split('/');
    const kind = layer.split('-')[0] ?? '';
    if (stage.startsWith('block_')) blocks.set(stage, (blocks.get(stage) ?? new Set()).add(kind));
  }
  const isV3 = names.some((name) => name.startsWith('head/features/'));
  const pair = (isNorm: boolean): string => (isNorm ? '1' : '0');
  return (stage, layer, isNorm) => {
    if (stage === 'stem') return `features.0.${pair(isNorm)}`;
    if (stage === 'head' && layer === 'conv') return `features.${blocks.size + 1}.${pair(isNorm)}`;
    if (stage === 'head' && layer === 'features') return 'classifier.0';
    if (stage === 'head' && layer === 'logits') return isV3 ? 'classifier.3' : 'classifier.1';
    const kind = layer.split('-')[0] ?? '';
    const present = blockLayers.filter((one) => blocks.get(stage)?.has(one));
    const place = present.indexOf(kind as (typeof blockLayers)[number]);
    if (place < 0) refuse(`the parameter ${quote(`${stage}/${layer}`)} is none of torchvision's MobileNets`);
    const block = `features.${stage.slice('block_'.length)}`;
    if (isV3) {
      const inner = kind === 'squeeze' ? (layer === 'squeeze-reduce' ? 'fc1' : 'fc2') : pair(isNorm);
      return `${block}.block.${place}.${inner}`;
    }
    // In V2 the last convolution and its BatchNorm stand side by side with the pairs before them.
    return kind === 'project'
      ? `${block}.conv.${place + (isNorm ? 1 : 0)}`
      : `${block}.conv.${place}.${pair(isNorm)}`;
  };
}

/** The axes of a weight: dense, depthwise with one multiplier, or any other convolution. */
function axesOf({ shape, role }: Parameter, layer: string): readonly number[] {
  if (role !== 'weight') return shape.map((_, axis) => axis);
  if (shape.length === 2) return [1, 0];
  return layer === 'depthwise' ? [2, 3, 0, 1] : [2, 3, 1, 0];
}

/**
 * torchvision's name, shape and order of dimensions for every parameter of a MobileNet V2 or V3 built with
 * `variant: 'torchvision'`.
 *
 * @throws {FormatError} when the graph has a parameter that those networks have not.
 *
 * @example
 * torchvisionParameters(mobileNetV2({ variant: 'torchvision' })).get('stem/conv/weight')?.key; // features.0.0.weight
 */
export function torchvisionParameters(graph: Graph): ReadonlyMap<string, TorchvisionParameter> {
  expectGraph(graph);
  const prefix = prefixOf(graph);
  return new Map(
    graph.parameters.map((parameter) => {
      const { name, shape, role } = parameter;
      const [stage = '', full = ''] = name.split('/');
      const layer = full.replace(/-norm$/, '');
      const own = normNames[role] ?? role;
      const axes = axesOf(parameter, layer);
      const there = axes.map((_, axis) => shape[axes.indexOf(axis)] as number);
      return [name, { key: `${prefix(stage, layer, full !== layer)}.${own}`, shape: there, axes }];
    }),
  );
}

/**
 * Weights of a graph out of torchvision's, by its names. Counters of training steps (`num_batches_tracked`) are not needed.
 *
 * @param graph a MobileNet V2 or V3 built with `variant: 'torchvision'`.
 * @throws {FormatError} naming a tensor that is missing or has another shape.
 *
 * @example
 * const { tensors } = readSafetensors(await readFile('mobilenet_v2.safetensors'));
 * const weights = fromTorchvision(mobileNetV2({ variant: 'torchvision' }), tensors);
 */
export function fromTorchvision(graph: Graph, tensors: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  if (!(tensors instanceof Map)) refuse('tensors must be a map from names to tensors');
  return new Map(
    [...torchvisionParameters(graph)].map(([name, { key, shape, axes }]) => {
      const tensor =
        tensors.get(key) ?? refuse(`the tensor ${quote(key)} is missing, which becomes ${quote(name)}`);
      if (!sameShape(tensor.shape, shape)) {
        refuse(
          `the tensor ${quote(key)} has the shape ${formatShape(tensor.shape)}, but "${graph.name}" needs ${formatShape(shape)}`,
        );
      }
      return [name, transposeTensor(toFloat32(tensor), axes)];
    }),
  );
}

/** A graph's weights under torchvision's names and in its order of dimensions, for {@link writeSafetensors}. */
export function toTorchvision(graph: Graph, weights: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  if (!(weights instanceof Map)) refuse('weights must be a map from names to tensors');
  return new Map(
    [...torchvisionParameters(graph)].map(([name, { key, axes }]) => {
      const tensor = weights.get(name) ?? refuse(`the weight ${quote(name)} is missing`);
      const back = axes.map((_, axis) => axes.indexOf(axis));
      return [key, transposeTensor(toFloat32(tensor), back)];
    }),
  );
}
