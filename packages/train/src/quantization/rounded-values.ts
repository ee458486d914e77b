/** @file Which values and weights of a network integers will stand for, found before any number is rounded. */
import {
  contractOf,
  expandSeparable,
  foldedGraph,
  type Graph,
  type Network,
  type Node,
  type NormParameters,
  type StoredAs,
} from '@sepconv/graph';
import {
  fixedStorage,
  isWeighted,
  type PlannedLayer,
  planQuantization,
  type QuantizationPlan,
  storageClasses,
} from './integer-plan.js';
import { spelledForIntegers } from './spelling.js';

/** A weight that is rounded, or a constant operand of a sum or product. */
export interface RoundedParameter {
  readonly name: string;
  /** The op with this weight; `undefined` for a constant, which is stored as activations are. */
  readonly op: Node['op'] | undefined;
  /** The BatchNorm that is multiplied into it first. */
  readonly norm?: NormParameters;
}

/** What of a network is rounded. */
export interface RoundedValues {
  /** The network in ops that integers have, with its norms. */
  readonly network: Network;
  /** Values that layers of integers give, each with the class that it shares a range with: everybody reads them rounded. */
  readonly results: ReadonlyMap<string, string>;
  /** Real numbers that layers of integers read rounded. */
  readonly seams: ReadonlyMap<string, string>;
  /** Names of the nodes that read them as they are. */
  readonly realReaders: ReadonlySet<string>;
  /** Classes that are stored in one way only. */
  readonly fixed: ReadonlyMap<string, StoredAs>;
  readonly parameters: readonly RoundedParameter[];
}

/** All values by the name of their class. */
function classesOf(
  plan: QuantizationPlan,
): Pick<RoundedValues, 'results' | 'seams' | 'realReaders' | 'fixed'> {
  const classes = storageClasses(plan);
  const classOf = (value: string): [string, string] => [value, classes.get(value) as string];
  const own = new Set(plan.graph.parameters.map(({ name }) => name));
  const integers = plan.layers.filter(({ arithmetic }) => arithmetic !== 'float');
  const isView = ({ node, arithmetic }: PlannedLayer): boolean =>
    arithmetic === 'moved' && contractOf(node.op).kind === 'view';
  const given = new Set(integers.map(({ output }) => output));
  const read = integers.flatMap(({ node }) => node.inputs.filter((name) => !own.has(name)));
  return {
    results: new Map(integers.filter((layer) => !isView(layer)).map(({ output }) => classOf(output))),
    seams: new Map(read.filter((name) => !given.has(name)).map(classOf)),
    realReaders: new Set(
      plan.layers.flatMap(({ arithmetic, names }) => (arithmetic === 'float' ? names : [])),
    ),
    fixed: new Map(
      integers.flatMap((layer): [string, StoredAs][] => {
        const fixed = layer.arithmetic === 'integer' ? fixedStorage(layer) : undefined;
        return fixed === undefined ? [] : [[classOf(layer.output)[1], { dtype: 'int8', ...fixed }]];
      }),
    ),
  };
}

/**
 * What of a classifier is rounded when it becomes integers. Norms are left in place: what is looked at is the graph with them folded, whose
 * values have the same names.
 */
export function roundedValues(network: Network): RoundedValues {
  const whole = { ...network, graph: expandSeparable(network.graph) };
  const spelled = spelledForIntegers(whole, false);
  const { graph, folded } = foldedGraph(spelled.graph);
  const plan = planQuantization(spelledForIntegers({ graph, weights: spelled.weights }).graph);
  const known = new Set(spelled.graph.parameters.map(({ name }) => name));
  const parameters = plan.layers.flatMap(({ node, arithmetic }): RoundedParameter[] => {
    if (arithmetic !== 'integer') return [];
    if (!isWeighted(node.op))
      return node.inputs.filter((name) => known.has(name)).map((name) => ({ name, op: undefined }));
    const own = folded.get(node.inputs[1] as string);
    const name = own?.weight ?? (node.inputs[1] as string);
    return known.has(name) ? [{ name, op: node.op, ...(own && { norm: own.norm }) }] : [];
  });
  return { network: spelled, ...classesOf(plan), parameters };
}

/** The names of the classes whose ranges a training keeps. */
export function rangeNames(graph: Graph, weights: Network['weights']): readonly string[] {
  const { results, seams } = roundedValues({ graph, weights });
  return [...new Set([...results.values(), ...seams.values()])];
}
