/**
 * @file What the nodes of a graph become, each after those that it reads. Branches and loops of TensorFlow are nodes among the
 * others: a Switch hands its value to one of two outputs, and what reads the other one is dead; a Merge takes what is alive. A
 * loop variable goes from Enter, or from NextIteration of the round before, over a Merge to a Switch, which hands it to the body
 * or to Exit. Conditions must be known before the network runs, so that a loop is its body so many times. Source:
 * https://github.com/tensorflow/tensorflow, core/ops/control_flow_ops.cc.
 */
import { quote, refuse, within } from '../../errors.js';
import type { Parts } from '../../partial.js';
import { Scope } from '../../scope.js';
import type { Emitter } from '../emitter.js';
import type { WeightStore } from '../weights.js';
import { NodeCall, type NodeValue } from './context.js';
import { isFoldable, isTrue, tryFold } from './fold.js';
import type { GraphNode, NodeRef } from './graph-node.js';
import { listReaders } from './lists.js';
import { type Given, OpenCall } from './open-call.js';
import { opensRows, readOpen } from './open-rows.js';
import { isSame, type Size } from './open-sizes.js';
import { nodeReaders } from './registry.js';

/** What an output of a node became; nothing, where the branch that computes it is not taken. */
type Flow = Given | { readonly kind: 'dead' };
type FlowScope = Scope<readonly Flow[]>;

/** An output; `count` names the value that says how many of its rows there are, where a run tells. */
export type OutputValue = NodeValue & { readonly count?: string };

const dead: Flow = { kind: 'dead' };

/** Loops inside loops, deeper than anybody writes them. */
const maxDepth = 16;

const controlOps: ReadonlySet<string> = new Set('Enter Exit LoopCond Merge NextIteration Switch'.split(' '));

/** Whether an op can be read at all. */
export const isReadable = (op: string): boolean =>
  nodeReaders.has(op) || isFoldable(op) || controlOps.has(op) || listReaders.has(op) || opensRows(op);

/** Adds to a list of a map. */
function put<Value>(lists: Map<string, Value[]>, key: string, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** What messages call a node. */
export const describeNode = ({ op, name }: GraphNode): string =>
  `TF.js node ${op.slice(0, 60)} ${quote(name)}`;

const supportedOutputs = (count: number): string =>
  count > 1 ? `0 to ${count - 1} are supported` : 'only 0 is supported';

const number = (name: string, value: number): NodeValue => ({
  kind: 'constant',
  shape: [],
  data: Float64Array.of(value),
  name,
});

/** Evaluates the nodes of one graph. */
export class Evaluation {
  /** What nodes that are left out would have read. */
  readonly loose: NodeRef[] = [];
  readonly #parts: Parts;
  readonly #left = new Set<string>();
  readonly #nodes: ReadonlyMap<string, GraphNode>;
  readonly #emitter: Emitter;
  readonly #store: WeightStore;
  readonly #root: FlowScope = new Scope<readonly Flow[]>([]);
  /** Numbers of rows that outputs have. */
  readonly #counted: { readonly count: Size; readonly value: string }[] = [];
  /** Merges of loops, by the frame of their Enter. */
  readonly #loops = new Map<string, GraphNode[]>();
  /** Switches, by the condition that they read. */
  readonly #switches = new Map<string, GraphNode[]>();

  constructor(nodes: ReadonlyMap<string, GraphNode>, emitter: Emitter, store: WeightStore, parts: Parts) {
    this.#parts = parts;
    this.#nodes = nodes;
    this.#emitter = emitter;
    this.#store = store;
    for (const node of nodes.values()) {
      const frame = this.#frameOf(node);
      if (frame !== undefined) put(this.#loops, frame, node);
      if (node.op === 'Switch') put(this.#switches, node.inputs[1]?.node ?? '', node);
    }
  }

  /** Gives an input its value. */
  bind(node: string, value: NodeValue): void {
    this.#root.set(node, [value]);
  }

  /** What outputs of nodes become, with everything that they depend on. */
  values(refs: readonly NodeRef[]): OutputValue[] {
    this.#evaluateAll(refs, this.#root, 0);
    return refs.map((ref) => {
      const what = `the output ${quote(ref.node)}`;
      const value = this.#given(ref, this.#root, `${what} is number ${ref.output} of its node`);
      if (value.kind === 'dead') return refuse(`${what} belongs to a branch that is not taken`);
      return this.#asOutput(value, ref);
    });
  }

  /** The values that there are: in a partial read, some of what is asked for may be left out. */
  valuesRead(refs: readonly NodeRef[]): (readonly [NodeRef, OutputValue])[] {
    this.#evaluateAll(refs, this.#root, 0);
    const known = (ref: NodeRef): Flow | undefined => this.#root.get(ref.node)?.[ref.output];
    return [...refs, ...this.loose].flatMap((ref) => {
      const value = known(ref);
      return value === undefined || value.kind === 'dead' || value.kind === 'list'
        ? []
        : [[ref, this.#asOutput(value, ref)] as const];
    });
  }

  /** What is left of an open dimension in an output: all rows that there can be, zeros where a run has fewer, and their number. */
  #asOutput(value: Given, { node }: NodeRef): OutputValue {
    if (value.kind === 'list') return refuse(`the output ${quote(node)} is a list of tensors`);
    if (value.kind === 'value' || value.kind === 'constant') return value;
    const call = new OpenCall(this.#emitter, this.#node(node), [value], () => refuse('reads nothing'));
    if (value.kind === 'sizes') return call.closed(0);
    const rows = value.kind === 'range' ? call.rowsOf(value) : value;
    let counted = this.#counted.find(({ count }) => isSame(count, rows.count));
    if (counted === undefined) {
      // A value of its own: what counts may be an output already.
      const value = this.#emitter.node(
        'mul',
        [call.number(rows.count), call.c.number(1)],
        {},
        `${node}/count`,
      );
      counted = { count: rows.count, value };
      this.#counted.push(counted);
    }
    return { kind: 'value', name: call.filled(rows, 0), count: counted.value };
  }

  /** What the outputs of a node became, as far as it was evaluated outside of loops. */
  resultsOf(name: string): readonly (NodeValue | undefined)[] {
    const results = this.#root.get(name) ?? [];
    return results.map((result) =>
      result.kind === 'value' || result.kind === 'constant' ? result : undefined,
    );
  }

  #node(name: string): GraphNode {
    return (
      this.#nodes.get(name) ?? refuse(`there is no node ${quote(name)}, which an output or a node reads`)
    );
  }

  /** The frame of the loop that a Merge begins. */
  #frameOf(node: GraphNode): string | undefined {
    if (node.op !== 'Merge') return undefined;
    const sources = node.inputs.map((input) => this.#nodes.get(input.node));
    const enter = sources.find((source) => source?.op === 'Enter');
    return sources.some((source) => source?.op === 'NextIteration')
      ? enter?.text('frame_name', '')
      : undefined;
  }

  /** Nodes that have to be evaluated in the same scope before. */
  #before(node: GraphNode): string[] {
    if (node.op === 'Enter' || node.op === 'Exit') return [];
    const inputs = node.inputs.map((input) => input.node);
    if (this.#switches.size === 0) return inputs;
    return [...inputs, ...node.controls.filter((name) => this.#isPivot(name))];
  }

  /** Whether a control dependency can say that a branch is not taken. */
  #isPivot(name: string): boolean {
    return this.#nodes.get(name)?.op === 'Identity';
  }

  #values(refs: readonly NodeRef[], scope: FlowScope, depth: number): Flow[] {
    this.#evaluateAll(refs, scope, depth);
    return refs.map((ref) => this.#given(ref, scope));
  }

  #evaluateAll(refs: readonly NodeRef[], scope: FlowScope, depth: number): void {
    const open = new Set<string>();
    const stack = refs.map(({ node }) => node).toReversed();
    for (let name = stack.at(-1); name !== undefined; name = stack.at(-1)) {
      if (scope.get(name) !== undefined) {
        stack.pop();
        continue;
      }
      const node = this.#node(name);
      const missing = this.#before(node).filter((input) => scope.get(input) === undefined);
      if (missing.length === 0) {
        stack.pop();
        this.#settle(node, scope, depth);
        continue;
      }
      if (open.has(name)) refuse(`${describeNode(node)} reads, over others, what it computes itself`);
      open.add(name);
      stack.push(...missing);
    }
  }

  /** Evaluates a node, or in a partial read leaves it out; what is inside a loop is a part of the loop. */
  #settle(node: GraphNode, scope: FlowScope, depth: number): void {
    const evaluate = (): void => {
      scope.set(
        node.name,
        within(
          () => describeNode(node),
          () => this.#evaluate(node, scope, depth),
        ),
      );
    };
    if (depth > 0) evaluate();
    else if (!this.#parts.attempt(node, evaluate)) {
      this.#left.add(node.name);
      scope.set(node.name, []);
      this.loose.push(...node.inputs);
    }
  }

  #given({ node, output }: NodeRef, scope: FlowScope, what?: string): Flow {
    if (this.#left.has(node)) refuse(`reads ${quote(node)}, which is left out`);
    const known = scope.get(node) ?? refuse(`reads ${quote(node)}, which nothing computes`);
    // A dead node is dead as a whole.
    const found = known[output] ?? (known[0]?.kind === 'dead' ? known[0] : undefined);
    return (
      found ??
      refuse(`${what ?? `reads output ${output} of ${quote(node)}`}; ${supportedOutputs(known.length)}`)
    );
  }

  #evaluate(node: GraphNode, scope: FlowScope, depth: number): readonly Flow[] {
    this.#emitter.charge();
    if (node.op === 'Enter') return this.#values(node.inputs.slice(0, 1), scope.outer ?? scope, depth);
    if (node.op === 'Exit') return this.#exit(node, scope, depth);
    const given = node.inputs.map((ref) => this.#given(ref, scope));
    if (node.op === 'Merge') return merge(node, given);
    const isDead = (value: Flow | undefined): boolean => value?.kind === 'dead';
    const controls = this.#switches.size > 0 ? node.controls.filter((name) => this.#isPivot(name)) : [];
    if (given.some(isDead) || controls.some((name) => isDead(scope.get(name)?.[0]))) return [dead];
    if (node.op === 'Switch') {
      const [value, condition] = given;
      if (value === undefined || condition === undefined) refuse('must have a value and a condition');
      return isTrue(condition, 'its condition') ? [dead, value] : [value, dead];
    }
    if (controlOps.has(node.op)) return given.slice(0, 1);
    return this.#read(node, given as Given[]);
  }

  #read(node: GraphNode, given: readonly Given[]): readonly Flow[] {
    const call = (...inputs: readonly NodeValue[]): NodeCall =>
      new NodeCall(this.#emitter, this.#store, node, inputs);
    const open = new OpenCall(this.#emitter, node, given, call);
    const readList = listReaders.get(node.op);
    if (readList !== undefined)
      return readList({
        node,
        given: given.map((value, i) => (value.kind === 'list' ? value : open.known(i))),
        call,
      });
    if (given.some(({ kind }) => kind === 'list')) {
      if (node.op === 'Identity') return given.slice(0, 1);
      refuse('reads a list of tensors, which it has no meaning for');
    }
    const known = given.flatMap((value) =>
      value.kind === 'constant' || value.kind === 'value' ? [value] : [],
    );
    const values = known.length === given.length ? known : undefined;
    const folded = values && tryFold(call(...values));
    if (folded !== undefined) return folded;
    const opened = readOpen(open);
    if (opened !== undefined || values === undefined) return opened ?? open.refuse();
    const all = call(...values);
    const read =
      nodeReaders.get(node.op) ??
      refuse(
        isReadable(node.op)
          ? 'depends on what the network computes, and is no op of a graph'
          : 'is an op that cannot be read',
      );
    return [read(all)].flat();
  }

  /** What a loop variable is in the end; the loop runs when the first one is asked for. */
  #exit(node: GraphNode, scope: FlowScope, depth: number): readonly Flow[] {
    const [ref] = node.inputs;
    const from = ref === undefined ? undefined : this.#node(ref.node);
    if (ref === undefined || from?.op !== 'Switch') refuse('must read a Switch');
    if (!scope.has(from.name)) this.#loop(from, scope, depth);
    return [this.#given(ref, scope)];
  }

  /** Runs the loop that a Switch belongs to, and leaves what each of its Switches hands out in the end. */
  #loop(some: GraphNode, scope: FlowScope, depth: number): void {
    if (depth >= maxDepth) refuse(`is a loop inside ${maxDepth} others, which is too deep`);
    const [variable, condition] = some.inputs.map((input) => this.#node(input.node));
    const frame = variable && this.#frameOf(variable);
    if (frame === undefined || condition?.op !== 'LoopCond') refuse('is no loop of Enter, Merge and Switch');
    const merges = this.#loops.get(frame) ?? [];
    const switches = this.#switches.get(condition.name) ?? [];
    const entry = (merge: GraphNode, op: string): GraphNode =>
      merge.inputs.map((input) => this.#node(input.node)).find((source) => source.op === op) ??
      refuse(`the loop variable ${quote(merge.name)} has no ${op}`);
    let values = merges.map((merge) => {
      const [value] = this.#values(entry(merge, 'Enter').inputs.slice(0, 1), scope, depth + 1);
      return value ?? refuse(`the loop variable ${quote(merge.name)} has no first value`);
    });
    for (let round = 0; ; round++) {
      this.#emitter.charge();
      const inner: FlowScope = new Scope(
        merges.map(
          (merge, i) => [merge.name, [values[i] as Flow, number(merge.name, round > 0 ? 1 : 0)]] as const,
        ),
        scope,
      );
      const [truth = dead] = this.#values([{ node: condition.name, output: 0 }], inner, depth + 1);
      const goesOn = isTrue(truth, 'the condition of its loop');
      for (const one of switches) {
        const index = merges.findIndex(({ name }) => name === one.inputs[0]?.node);
        const value =
          values[index] ?? refuse(`the loop hands out ${quote(one.name)}, which is no variable of it`);
        if (goesOn) inner.set(one.name, [dead, value]);
        else scope.set(one.name, [value, dead]);
      }
      if (!goesOn) return;
      values = merges.map((merge) => {
        const [value] = this.#values(entry(merge, 'NextIteration').inputs.slice(0, 1), inner, depth + 1);
        return value ?? refuse(`the loop variable ${quote(merge.name)} has no next value`);
      });
    }
  }
}

/** What is alive of several, and which one that is. */
function merge(node: GraphNode, given: readonly Flow[]): readonly Flow[] {
  const index = given.findIndex(({ kind }) => kind !== 'dead');
  return index < 0 ? [dead] : [given[index] as Flow, number(node.name, index)];
}
