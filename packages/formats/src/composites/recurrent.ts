/**
 * @file Recurrent layers, as many steps as a sequence is long: the product with the inputs is one for all steps, and each step is
 * a product with the state and a few ops on gates. Sources: https://onnx.ai/onnx/operators/onnx__LSTM.html and onnx__GRU.html.
 */
import { refuse } from '../errors.js';
import { type Composer, type Step, step } from './composer.js';

/** More steps than anybody unrolls: each is some twenty nodes. */
const mostSteps = 2048;

/** The weights of one direction, a matrix for the inputs and one for the state, and one bias for the sum of both products. */
export interface RecurrentWeights {
  /** `[inputs, gates · hidden]`. */
  readonly input: string;
  /** `[hidden, gates · hidden]`. */
  readonly state: string;
  /** `[gates · hidden]`. */
  readonly bias?: string | undefined;
}

/** A sequence `[steps · batch, inputs]`, in the order of time. */
export interface Sequence {
  readonly value: string;
  readonly steps: number;
  readonly batch: number;
  /** The last step comes first. */
  readonly isReversed: boolean;
}

/** What a cell makes of the gates' products and of what it kept: what it gives, and what it keeps. */
type Cell<Kept> = (
  inputs: string,
  kept: Kept | undefined,
) => { readonly output: string; readonly kept: Kept };

/** Columns of a matrix: so many of the same size, one after the other. */
function gates(c: Composer, value: string, count: number): string[] {
  const [rows = 0, columns = 0] = c.shape(value);
  const size = columns / count;
  return Array.from({ length: count }, (_, i) =>
    c.add(step('slice', [value], { starts: [0, i * size], ends: [rows, (i + 1) * size], steps: [1, 1] })),
  );
}

/** A product with a matrix, plus what is already there. */
const added = (c: Composer, sum: string, value: string | undefined, weight: string): string =>
  value === undefined ? sum : c.plain('add', sum, c.plain('dense', value, weight));

/** Runs a cell over all steps: its outputs `[steps · batch, hidden]` in the order of time, and what it kept in the end. */
export function unrolled<Kept>(
  c: Composer,
  { value, steps, batch, isReversed }: Sequence,
  weights: RecurrentWeights,
  first: Kept | undefined,
  cell: Cell<Kept>,
): { readonly outputs: string; readonly last: string; readonly kept: Kept } {
  if (!(steps >= 1 && steps <= mostSteps)) refuse(`runs ${steps} steps; 1 to ${mostSteps} are supported`);
  const products = c.plain(
    'dense',
    value,
    weights.input,
    ...(weights.bias === undefined ? [] : [weights.bias]),
  );
  const columns = c.shape(products)[1] as number;
  const outputs: string[] = [];
  let kept = first;
  for (let i = 0; i < steps; i++) {
    const at = isReversed ? steps - 1 - i : i;
    const rows = { starts: [at * batch, 0], ends: [(at + 1) * batch, columns], steps: [1, 1] };
    const inputs = steps === 1 ? products : c.add(step('slice', [products], rows));
    const result = cell(inputs, kept);
    outputs[at] = result.output;
    kept = result.kept;
  }
  const last = outputs[isReversed ? 0 : steps - 1] as string;
  const all = outputs.length === 1 ? last : c.add(step('concat', outputs, { axis: 0 }));
  return { outputs: all, last, kept: kept as Kept };
}

/** A function of one number, with its bounds on what goes in. */
export type Gate = (c: Composer, value: string) => string;

/** What an LSTM keeps: its output and its cell. */
export interface LstmState {
  readonly hidden?: string | undefined;
  readonly cell?: string | undefined;
}

/** Weights by which the cell reaches a gate, `[hidden]`. */
export interface Peepholes {
  readonly input?: string | undefined;
  readonly forget?: string | undefined;
  readonly output?: string | undefined;
}

/**
 * An LSTM's step, of products of the gates i, o, f, c in this order:
 * `C = f · C₋₁ + i · g(c); H = o · h(C)`, with i, f and o behind the gates' function.
 */
export const lstmCell =
  (
    c: Composer,
    state: string,
    { gate, inner, outer }: { readonly gate: Gate; readonly inner: Gate; readonly outer: Gate },
    { peepholes = {}, bound }: { readonly peepholes?: Peepholes; readonly bound?: Gate | undefined } = {},
  ): Cell<LstmState> =>
  (inputs, kept) => {
    const sums = added(c, inputs, kept?.hidden, state);
    const [i, o, f, g] = gates(c, sums, 4) as [string, string, string, string];
    const through = (sum: string, weight: string | undefined, cell: string | undefined): string =>
      gate(
        c,
        weight === undefined || cell === undefined ? sum : c.plain('add', sum, c.plain('mul', cell, weight)),
      );
    const before = kept?.cell;
    const fresh = c.plain('mul', through(i, peepholes.input, before), inner(c, g));
    const sum =
      before === undefined
        ? fresh
        : c.plain('add', c.plain('mul', through(f, peepholes.forget, before), before), fresh);
    const cell = bound === undefined ? sum : bound(c, sum);
    const hidden = c.plain('mul', through(o, peepholes.output, cell), outer(c, cell));
    return { output: hidden, kept: { hidden, cell } };
  };

/** A GRU's weights of the state: of the gates z and r together, and of what is new. */
export interface GruState {
  readonly gates: string;
  readonly fresh: string;
  readonly freshBias?: string | undefined;
}

/**
 * A GRU's step, of products of the gates z, r, h in this order: `H = (1 − z) · n + z · H₋₁`, where n is of h and of the state
 * behind r: `(r · H₋₁) · W + b` or, `resetsAfter`, `r · (H₋₁ · W + b)`.
 */
export const gruCell =
  (
    c: Composer,
    state: GruState,
    { gate, inner }: { readonly gate: Gate; readonly inner: Gate },
    resetsAfter: boolean,
  ): Cell<string> =>
  (inputs, before) => {
    const [z, r, h] = gates(c, inputs, 3) as [string, string, string];
    const withBias = (value: string): string =>
      state.freshBias === undefined ? value : c.plain('add', value, state.freshBias);
    if (before === undefined) {
      const update = gate(c, z);
      // Of a state of zeros the bias is left.
      const bias = state.freshBias;
      const rest =
        bias === undefined ? h : c.plain('add', h, resetsAfter ? c.plain('mul', gate(c, r), bias) : bias);
      const fresh = inner(c, rest);
      return withKept(c.plain('sub', fresh, c.plain('mul', update, fresh)));
    }
    const products = c.plain('dense', before, state.gates);
    const [zState, rState] = gates(c, products, 2) as [string, string];
    const update = gate(c, c.plain('add', z, zState));
    const reset = gate(c, c.plain('add', r, rState));
    const rest = resetsAfter
      ? c.plain('mul', reset, withBias(c.plain('dense', before, state.fresh)))
      : withBias(c.plain('dense', c.plain('mul', reset, before), state.fresh));
    const fresh = inner(c, c.plain('add', h, rest));
    return withKept(c.plain('add', fresh, c.plain('mul', update, c.plain('sub', before, fresh))));
  };

/** The step of a plain recurrent layer: `H = f(products + H₋₁ · W)`. */
export const rnnCell =
  (c: Composer, state: string, inner: Gate): Cell<string> =>
  (inputs, before) =>
    withKept(inner(c, added(c, inputs, before, state)));

const withKept = (output: string): { readonly output: string; readonly kept: string } => ({
  output,
  kept: output,
});

/** Clamps to −limit … limit. */
export const clampTo =
  (limit: number): Gate =>
  (c, value) =>
    c.add(step('clamp', [value], { min: -limit, max: limit }) as Step);
