/**
 * @file IF and WHILE, whose branches and bodies are subgraphs of the file, and STABLEHLO_COMPOSITE, which is a subgraph under a name. What their conditions depend on must be known before the network
 * runs: an IF is the branch that it takes, and a WHILE its body as often as it runs. Source: https://github.com/tensorflow/tensorflow,
 * lite/kernels/if.cc and while.cc.
 */
import { refuse } from '../errors.js';
import { describeTensor, readConstant, readStored } from './constants.js';
import { type ImportState, OperatorContext, type ReadSubgraph, valueName } from './context.js';
import type { TfliteOperator, TfliteSubgraph, TfliteTensor } from './model.js';

/** What a tensor of a subgraph became: a constant, a value of real numbers, or one of stored integers. */
type Known =
  | { readonly kind: 'constants'; readonly tensor: TfliteTensor }
  | { readonly kind: 'values' | 'stored'; readonly name: string };

/** Subgraphs inside subgraphs, deeper than anybody writes them. */
const maxDepth = 16;

function knownAt(state: ImportState, index: number): Known {
  const tensor = state.constants.get(index) ?? (state.model.tensors[index] as TfliteTensor);
  const [value, stored] = [state.values.get(index), state.stored.get(index)];
  if (stored !== undefined) return { kind: 'stored', name: stored };
  if (value !== undefined && tensor.data === undefined) return { kind: 'values', name: value };
  if (tensor.data !== undefined) return { kind: 'constants', tensor };
  return refuse(`reads ${describeTensor(tensor)}, which nothing before it computes`);
}

function keep(state: ImportState, index: number, known: Known): void {
  if (known.kind === 'constants') state.constants.set(index, { ...known.tensor, index });
  else state[known.kind].set(index, known.name);
}

/** What a subgraph gives for its inputs. */
function inlined(state: ImportState, index: number, given: readonly Known[], read: ReadSubgraph): Known[] {
  const { model, budget, depth } = state;
  if (depth >= maxDepth) refuse(`is inside ${maxDepth} others, which is too deep`);
  const subgraph: TfliteSubgraph = model.subgraph(index);
  // A loop without anything in it costs time too.
  budget.charge(1024 * (1 + subgraph.operators.length), 'a branch or the body of a loop');
  if (subgraph.inputs.length !== given.length)
    refuse(`gives subgraph ${index} ${given.length} inputs, but that has ${subgraph.inputs.length}`);
  const inner: ImportState = {
    ...state,
    model: { ...model, ...subgraph },
    producers: new Map(
      subgraph.operators.flatMap((operator) => operator.outputs.map((output) => [output, operator] as const)),
    ),
    ...{ values: new Map(), stored: new Map(), constants: new Map(), outputs: new Set() },
    depth: depth + 1,
  };
  subgraph.inputs.forEach((input, i) => {
    keep(inner, input, given[i] as Known);
  });
  read(inner);
  return subgraph.outputs.map((output) => knownAt(inner, output));
}

function isTrue({ budget }: ImportState, known: Known | undefined): boolean {
  if (known?.kind !== 'constants')
    return refuse(
      'has a condition that depends on what the network computes; only what is known before it runs is supported',
    );
  const { data } = readStored(known.tensor, budget);
  return data.length === 1 ? data[0] !== 0 : refuse(`has a condition of ${data.length} numbers, not one`);
}

/** Reads an IF, a WHILE or a composite: its results are those of the subgraphs that are run. */
export function importControl(state: ImportState, operator: TfliteOperator, read: ReadSubgraph): void {
  const context = new OperatorContext(state, operator);
  const all = operator.inputs.map((input) => knownAt(state, input));
  const subgraphs = (type: number): [number, number] => {
    const options = context.options(type);
    return [options.int32(0, 'the first subgraph'), options.int32(1, 'the second subgraph')];
  };
  let results: readonly Known[];
  if (operator.op === 'IF') {
    const [then, otherwise] = subgraphs(92);
    results = inlined(state, isTrue(state, all[0]) ? then : otherwise, all.slice(1), read);
  } else if (operator.op === 'STABLEHLO_COMPOSITE') {
    const body = operator.moreOptions?.int32(1, 'the subgraph') ?? refuse('has no subgraph');
    results = inlined(state, body, all, read);
  } else {
    const [condition, body] = subgraphs(93);
    results = all;
    while (isTrue(state, inlined(state, condition, results, read)[0]))
      results = inlined(state, body, results, read);
  }
  if (results.length !== operator.outputs.length)
    refuse(`has ${operator.outputs.length} outputs, but its subgraph gives ${results.length}`);
  operator.outputs.forEach((output, i) => {
    keep(state, output, named(context, output, results[i] as Known));
  });
}

/** An output of the network has its name in the file, and is computed. */
function named(context: OperatorContext, index: number, known: Known): Known {
  const { state } = context;
  if (!state.outputs.has(index)) return known;
  const { builder, budget } = state;
  const name = valueName(state.model.tensors[index] as TfliteTensor);
  const value =
    known.kind === 'constants'
      ? context.parameter(`${name}/constant`, readConstant(known.tensor, budget), 'constant')
      : known.name;
  const { shape } = known.kind === 'constants' ? known.tensor : builder.typeOf(value);
  const kind = known.kind === 'stored' ? 'stored' : 'values';
  return { kind, name: builder.node('reshape', [value], { shape }, builder.uniqueName(name)) };
}
