/**
 * @file Variables, in which streaming networks keep what they have heard: CALL_ONCE runs a subgraph that gives each its first value,
 * READ_VARIABLE takes it and ASSIGN_VARIABLE puts another one in its place. A network here keeps nothing between runs, so that every run is
 * the runtime's first one: what is read is the first value, or what was assigned before in the same run.
 * Source: https://github.com/tensorflow/tensorflow, lite/kernels/call_once.cc, read_variable.cc and assign_variable.cc.
 */
import { quote, refuse } from '../errors.js';
import type { OperatorReader } from './context.js';
import type { TfliteModel, TfliteOperator, TfliteSubgraph, TfliteTensor } from './model.js';

const variableOperators: ReadonlySet<string> = new Set([
  'ASSIGN_VARIABLE',
  'CALL_ONCE',
  'READ_VARIABLE',
  'VAR_HANDLE',
]);

/** Which variable each handle stands for, by the handle's tensor. */
function handlesOf({ operators }: TfliteSubgraph): ReadonlyMap<number, string> {
  const found = operators.flatMap(({ op, options, outputs: [output = -1] }) => {
    if (op !== 'VAR_HANDLE' || options === undefined) return [];
    const [container, name] = [options.string(0, 'container'), options.string(1, 'shared_name')];
    return [[output, `${container}/${name}`] as const];
  });
  return new Map(found);
}

/** What subgraphs that run once assign; what they compute first is not known. */
function firstValues(model: TfliteModel): ReadonlyMap<string, TfliteTensor> {
  const values = new Map<string, TfliteTensor>();
  for (const { op, options } of model.operators) {
    if (op !== 'CALL_ONCE') continue;
    const subgraph = model.subgraph(options?.int32(0, 'init_subgraph_index', 0) ?? 0);
    const handles = handlesOf(subgraph);
    for (const { op: inner, inputs } of subgraph.operators) {
      const [variable, value] = [handles.get(inputs[0] ?? -1), subgraph.tensors[inputs[1] ?? -1]];
      if (inner === 'ASSIGN_VARIABLE' && variable !== undefined && value?.data !== undefined)
        values.set(variable, value);
    }
  }
  return values;
}

/** The model without its variables: who read one reads what it holds, and what is assigned last is given up. */
export function withoutVariables(model: TfliteModel): {
  readonly model: TfliteModel;
  readonly warnings: readonly string[];
} {
  if (!model.operators.some(({ op }) => variableOperators.has(op))) return { model, warnings: [] };
  const handles = handlesOf(model);
  const tensors = [...model.tensors];
  const held = new Map<string, number>();
  for (const [variable, value] of firstValues(model)) {
    held.set(variable, tensors.length);
    tensors.push({ ...value, index: tensors.length, isVariable: false });
  }
  /** What is read in place of a tensor. */
  const instead = new Map<number, number>();
  const resolved = (index: number): number => instead.get(index) ?? index;
  const operators: TfliteOperator[] = [];
  for (const operator of model.operators) {
    const [handle = -1, value = -1] = operator.inputs;
    const variable = handles.get(handle) ?? '';
    const known = held.get(variable);
    if (operator.op === 'ASSIGN_VARIABLE') held.set(variable, resolved(value));
    else if (operator.op !== 'READ_VARIABLE') {
      if (!variableOperators.has(operator.op))
        operators.push({ ...operator, inputs: operator.inputs.map(resolved) });
    } else if (known !== undefined) instead.set(operator.outputs[0] ?? -1, known);
    else operators.push({ ...operator, inputs: [] });
  }
  const names = [...new Set(handles.values())].map((name) => quote(name.replace(/^\//, '')));
  const warning = `${names.length === 1 ? 'The variable' : `${names.length} variables, the first of them`} ${names[0]} of the file begins in every run with its first value, as in the runtime's first run.`;
  return {
    model: { ...model, tensors, operators, outputs: model.outputs.map(resolved) },
    warnings: names.length === 0 ? [] : [warning],
  };
}

/** READ_VARIABLE that {@link withoutVariables} has left. */
export const readUnknownVariable: OperatorReader = () =>
  refuse('reads a variable to which nothing is assigned that is known before the network runs');
