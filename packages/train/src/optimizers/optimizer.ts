import { expectGraph, type Graph, type Parameter } from '@sepconv/graph';
import type { Tensor } from '@sepconv/tensor';
import { TrainError } from '../errors.js';
import { expectTensors } from '../expect-arrays.js';
import {
  boolean,
  type Check,
  decay,
  isObject,
  notNegative,
  object,
  oneOf,
  refuseField,
  share,
  text,
} from '../fields.js';
import { type AdamWOptions, adamW } from './adamw.js';
import { type RmsPropOptions, rmsProp } from './rmsprop.js';
import { type SgdOptions, sgd } from './sgd.js';
import type { UpdateRule } from './update-rule.js';

/** How weights follow their gradients, as plain data. */
export type OptimizerOptions = (SgdOptions | RmsPropOptions | AdamWOptions) & {
  /**
   * How strongly weights are pulled towards 0: with SGD and RMSProp a part of the gradient, with AdamW a part of the step.
   * Default 0.00004, as the MobileNet papers have it.
   */
  readonly weightDecay?: number;
  /**
   * Which parameters decay. `'dense-weights'`, the default, are the weights of standard and pointwise convolutions and dense
   * layers: not BatchNorm's, biases, nor depthwise weights, of which there are few and which decay harms (Howard et al. 2017,
   * arXiv:1704.04861, §3.1). `'weights'` takes the depthwise ones in.
   */
  readonly decays?: 'dense-weights' | 'weights';
};

/** Weights and gradients that are seen through views, and what the optimizer keeps of the past. */
export interface Optimizer {
  /** What is kept, by `<state>/<parameter>`: to be saved, or overwritten by what was saved. */
  readonly state: ReadonlyMap<string, Float32Array>;
  /** Changes all parameters once. */
  step(learningRate: number): void;
  /** Updates so far; to be set when a saved state is taken over. */
  steps: number;
}

/** The rule that some options ask for. */
export function ruleOf(options: OptimizerOptions): UpdateRule {
  switch (options.kind) {
    case 'sgd':
      return sgd(options);
    case 'rmsprop':
      return rmsProp(options);
    case 'adamw':
      return adamW(options);
  }
}

/** Names of depthwise weights, those of grouped convolutions with a group per channel included. */
function depthwiseWeights(graph: Graph): ReadonlySet<string> {
  const shapes = new Map(graph.parameters.map(({ name, shape }) => [name, shape]));
  return new Set(
    graph.nodes.flatMap((node): string[] => {
      const weight = node.inputs[1];
      if (weight === undefined) return [];
      const isPerChannel =
        node.op === 'conv2d' && node.attributes.groups > 1 && shapes.get(weight)?.[2] === 1;
      return node.op === 'depthwise-conv2d' || node.op === 'separable-conv2d' || isPerChannel ? [weight] : [];
    }),
  );
}

/** Options of every kind, and those of one. */
const common = { weightDecay: notNegative, decays: oneOf('dense-weights', 'weights') };
const checkOfKind: { readonly [Kind in OptimizerOptions['kind']]: Check } = {
  sgd: object({ kind: text }, { ...common, momentum: notNegative, nesterov: boolean }),
  rmsprop: object({ kind: text }, { ...common, decay: share, momentum: notNegative, epsilon: notNegative }),
  adamw: object({ kind: text }, { ...common, beta1: decay, beta2: decay, epsilon: notNegative }),
};

/** Checks {@link OptimizerOptions}, naming the field and what it may be. */
export const checkOptimizer: Check = (options, path) => {
  if (!isObject(options)) refuseField(path, 'an object', options);
  oneOf(...Object.keys(checkOfKind))(options.kind, `${path}.kind`);
  checkOfKind[options.kind as OptimizerOptions['kind']](options, path);
};

/**
 * An optimizer of the parameters that have gradients.
 *
 * @throws {TrainError} naming the option that is unknown, missing or out of its range.
 */
export function createOptimizer(
  graph: Graph,
  parameters: ReadonlyMap<string, Tensor<'float32'>>,
  gradients: ReadonlyMap<string, Tensor<'float32'>>,
  options: OptimizerOptions,
): Optimizer {
  checkOptimizer(options, 'optimizer');
  expectGraph(graph);
  expectTensors(parameters, 'parameters');
  expectTensors(gradients, 'gradients');
  const { weightDecay = 4e-5, decays = 'dense-weights' } = options;
  for (const { name } of graph.parameters) {
    if (gradients.has(name) && parameters.get(name)?.data.length !== gradients.get(name)?.data.length) {
      throw new TrainError(`the parameter "${name}" must be as long as its gradient`);
    }
  }
  const rule = ruleOf(options);
  const depthwise = decays === 'weights' ? new Set<string>() : depthwiseWeights(graph);
  const decayOf = ({ name, role }: Parameter): number =>
    role === 'weight' && !depthwise.has(name) ? weightDecay : 0;
  const state = new Map<string, Float32Array>();
  const slots = graph.parameters
    .filter(({ name }) => gradients.has(name))
    .map((parameter) => {
      const { name } = parameter;
      const values = parameters.get(name)!.data;
      const states = rule.states.map(() => new Float32Array(values.length));
      rule.states.forEach((stateName, i) => {
        state.set(`${stateName}/${name}`, states[i]!);
      });
      return { values, gradient: gradients.get(name)!.data, states, weightDecay: decayOf(parameter) };
    });
  const optimizer: Optimizer = {
    state,
    steps: 0,
    step: (learningRate) => {
      optimizer.steps++;
      for (const { values, gradient, states, weightDecay: decay } of slots) {
        rule.update(values, gradient, states, { learningRate, weightDecay: decay, step: optimizer.steps });
      }
    },
  };
  return optimizer;
}
