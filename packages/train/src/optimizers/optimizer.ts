import type { Graph, Parameter } from '@sepconv/graph';
import type { Tensor } from '@sepconv/tensor';
import { TrainError } from '../errors.js';
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

function ruleOf(options: OptimizerOptions): UpdateRule {
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

function checkOptions(options: OptimizerOptions): void {
  for (const [name, value] of Object.entries(options)) {
    if (typeof value === 'number' && !(value >= 0 && Number.isFinite(value))) {
      throw new TrainError(`the optimizer's ${name} must be a finite number of at least 0, not ${value}`);
    }
  }
}

/**
 * An optimizer of the parameters that have gradients.
 *
 * @throws {TrainError} when an option is negative or no number.
 */
export function createOptimizer(
  graph: Graph,
  parameters: ReadonlyMap<string, Tensor<'float32'>>,
  gradients: ReadonlyMap<string, Tensor<'float32'>>,
  options: OptimizerOptions,
): Optimizer {
  checkOptions(options);
  const { weightDecay = 4e-5, decays = 'dense-weights' } = options;
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
