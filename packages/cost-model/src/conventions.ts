/**
 * @file How the sources of published numbers count. The same network has five numbers of "parameters" and three of
 * "FLOPs", and none is wrong; what is wrong is a number without its definition.
 *
 * What is inferred and what was read: fvcore's handlers (timm) were read. No paper and no README says what it counts, so
 * `paper`, `slim` and `keras` are the definitions that reproduce their tables; `docs/published-counts.md` shows every row.
 */
import { CostError } from './errors.js';
import type { LayerCost, NetworkCost, ParamCounts } from './types.js';

/** The sources whose way of counting has a name here. */
export const conventionNames = ['exact', 'paper', 'torchvision', 'timm', 'slim', 'keras'] as const;

/** One of {@link conventionNames}. */
export type ConventionName = (typeof conventionNames)[number];

/** What a convention calls its three numbers and what each of them counts, as the end of a sentence. */
export interface ConventionDefinitions {
  readonly macs: string;
  readonly params: string;
  readonly activations: string;
}

/** A way of counting. */
export interface Convention {
  readonly name: ConventionName;
  /** Where the numbers that count so are printed. */
  readonly source: string;
  readonly definitions: ConventionDefinitions;
  /** "Multiply-adds" of a layer. */
  macsOf(layer: LayerCost): number;
  /** "Parameters" of a layer or of a network. */
  paramsOf(params: ParamCounts, network: string): number;
  /** "Activations" of a layer, in elements. */
  activationsOf(layer: LayerCost): number;
}

/** A network's three numbers under a convention. */
export interface ConventionCounts {
  readonly macs: number;
  readonly params: number;
  readonly activations: number;
}

/** A network counted as a source would count it. */
export interface ConventionCost {
  readonly convention: ConventionName;
  readonly source: string;
  readonly definitions: ConventionDefinitions;
  readonly totals: ConventionCounts;
  /** In the order of the network's layers. */
  readonly layers: readonly (ConventionCounts & { readonly name: string })[];
}

const macs = ({ macs: count }: LayerCost): number => count;
const everyOutput = ({ activationElements }: LayerCost): number => activationElements;
const computedOutputs = (layer: LayerCost): number => (layer.macs > 0 ? layer.activationElements : 0);
const macsOnly = 'multiply-accumulates of convolutions and dense layers, nothing else';
const trainable = 'weights, biases and scale and shift of the norms: what training changes';
const computed = 'elements that convolutions and dense layers put out';
const notPublished = 'elements that all nodes put out (this source publishes none)';

/**
 * fvcore's multiples of a norm's elements, in what it calls flops: 2 for BatchNorm at inference, and 5, "just a rough
 * estimate", for other norms. Source: facebookresearch/fvcore, fvcore/nn/jit_handles.py.
 */
const fvcoreNorms: Readonly<Record<string, number>> = { 'batch-norm': 2, 'layer-norm': 5 };

/**
 * slim's README prints 4.24, 2.59, 1.34 and 0.47 million for MobileNetV1: biases and three vectors for each BatchNorm, not
 * four. For V2 it prints weights alone, for V3 what training changes.
 */
function slimParams({ weights, trainable: trained, total }: ParamCounts, network: string): number {
  if (/mobilenet[-_]?v1/i.test(network)) return trained + Math.floor((total - trained) / 2);
  return /mobilenet[-_]?v2/i.test(network) ? weights : trained;
}

/** Every convention by name. */
export const conventions: { readonly [Name in ConventionName]: Convention } = {
  exact: {
    name: 'exact',
    source: 'this package: every definition has its own name',
    definitions: { macs: macsOnly, params: trainable, activations: 'elements that all nodes put out' },
    macsOf: macs,
    paramsOf: (params) => params.trainable,
    activationsOf: everyOutput,
  },
  paper: {
    name: 'paper',
    source: 'the tables of MobileNet V1 and V2, where they call it "Mult-Adds" and "Parameters"',
    definitions: {
      macs: macsOnly,
      params: 'weights of convolutions and dense layers, without biases and norms',
      activations: notPublished,
    },
    macsOf: macs,
    paramsOf: (params) => params.weights,
    activationsOf: everyOutput,
  },
  torchvision: {
    name: 'torchvision',
    source:
      'the metadata of torchvision\'s weights: "num_params" and "GFLOPS", which are thousand million MACs',
    definitions: { macs: macsOnly, params: trainable, activations: computed },
    macsOf: macs,
    paramsOf: (params) => params.trainable,
    activationsOf: computedOutputs,
  },
  timm: {
    name: 'timm',
    source:
      "the benchmark tables of timm, which takes fvcore's counts: infer_gmacs, infer_macts, param_count",
    definitions: {
      macs: 'multiply-accumulates, and 2 for every element that BatchNorm puts out (5 for LayerNorm)',
      params: trainable,
      activations: computed,
    },
    macsOf: (layer) => layer.macs + (fvcoreNorms[layer.op] ?? 0) * layer.activationElements,
    paramsOf: (params) => params.trainable,
    activationsOf: computedOutputs,
  },
  slim: {
    name: 'slim',
    source: 'the READMEs of tensorflow/models, research/slim',
    definitions: {
      macs: macsOnly,
      params:
        'MobileNetV1: weights, biases and three vectors of each BatchNorm; MobileNetV2: weights; others: what training changes',
      activations: notPublished,
    },
    macsOf: macs,
    paramsOf: slimParams,
    activationsOf: everyOutput,
  },
  keras: {
    name: 'keras',
    source: 'model.summary() of keras.applications, "Total params"',
    definitions: {
      macs: `${macsOnly} (Keras prints none)`,
      params: "what training changes, and BatchNorm's moving mean and variance",
      activations: notPublished,
    },
    macsOf: macs,
    paramsOf: (params) => params.total,
    activationsOf: everyOutput,
  },
};

/** Whether a string names a convention. */
export function isConventionName(name: string): name is ConventionName {
  return Object.hasOwn(conventions, name);
}

/**
 * A network's multiply-adds, parameters and activations as a source of published numbers would count them. A parameter that
 * several nodes read counts once in the totals and for each of its layers.
 *
 * @throws {CostError} when there is no such convention.
 *
 * @example
 * countUnder('timm', costOf(mobileNetV1())).totals.macs; // 578825728, which timm prints as 0.58 G
 */
export function countUnder(convention: ConventionName, cost: NetworkCost): ConventionCost {
  if (!isConventionName(convention)) {
    throw new CostError(
      `there is no convention "${String(convention)}"; there are ${conventionNames.join(', ')}`,
    );
  }
  const { source, definitions, macsOf, paramsOf, activationsOf } = conventions[convention];
  const layers = cost.layers.map((layer) => ({
    name: layer.name,
    macs: macsOf(layer),
    params: paramsOf(layer.params, cost.name),
    activations: activationsOf(layer),
  }));
  return {
    convention,
    source,
    definitions,
    totals: {
      macs: layers.reduce((sum, layer) => sum + layer.macs, 0),
      params: paramsOf(cost.totals.params, cost.name),
      activations: layers.reduce((sum, layer) => sum + layer.activations, 0),
    },
    layers,
  };
}
