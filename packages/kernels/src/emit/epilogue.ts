import type { Activation, Epilogue } from '../plan/epilogue.js';
import type { Code } from '../wasm/code.js';
import type { FunctionBuilder } from '../wasm/function.js';
import { f32x4, get, type Local, set } from '../wasm/instructions.js';
import { clampTo, sigmoid } from './arithmetic.js';

/** The code of an epilogue inside one function. */
export interface EmittedEpilogue {
  /** Sets the constants' locals; belongs at the function's start. */
  readonly setUp: Code;
  /** Applies all stages to an accumulator; `addend` loads the other value at the same place. */
  apply(accumulator: Local, addend: Code): Code;
}

/** How one activation changes an accumulator, and the constants that it needs before. */
interface EmittedActivation {
  readonly setUp: Code;
  apply(x: Local): Code;
}

function emitClamp(f: FunctionBuilder, min: number, max: number): EmittedActivation {
  // A constant lives in one local that all uses share: a constant written at each use keeps V8 from joining vectors.
  const [low, high] = f.vectors(2) as [Local, Local];
  return {
    setUp: [
      min === -Infinity ? [] : set(low, f32x4.const(min)),
      max === Infinity ? [] : set(high, f32x4.const(max)),
    ],
    apply: (x) => {
      if (min === -Infinity && max === Infinity) return [];
      if (max === Infinity) return set(x, f32x4.pmax(get(x), get(low)));
      if (min === -Infinity) return set(x, f32x4.pmin(get(x), get(high)));
      return set(x, clampTo(get(x), get(low), get(high)));
    },
  };
}

/** The code of one activation. */
function emitActivation(f: FunctionBuilder, activation: Activation): EmittedActivation {
  switch (activation.kind) {
    case 'clamp':
      return emitClamp(f, activation.min, activation.max);
    case 'hard-sigmoid': {
      const { slope, offset } = activation;
      const line = (x: Local): Code => f32x4.add(f32x4.mul(get(x), f32x4.const(slope)), f32x4.const(offset));
      return { setUp: [], apply: (x) => set(x, clampTo(line(x), f32x4.const(0), f32x4.const(1))) };
    }
    case 'hard-swish': {
      const gate = (x: Local): Code =>
        clampTo(f32x4.add(get(x), f32x4.const(3)), f32x4.const(0), f32x4.const(6));
      return { setUp: [], apply: (x) => set(x, f32x4.div(f32x4.mul(get(x), gate(x)), f32x4.const(6))) };
    }
    case 'sigmoid':
      return { setUp: [], apply: (x) => sigmoid(f, x) };
    case 'swish': {
      const gate = f.local('v128');
      return {
        setUp: [],
        apply: (x) => [set(gate, get(x)), sigmoid(f, gate), set(x, f32x4.mul(get(x), get(gate)))],
      };
    }
  }
}

/** Prepares an epilogue for a function. */
export function emitEpilogue(f: FunctionBuilder, epilogue: Epilogue): EmittedEpilogue {
  const stages = epilogue.map((stage) => (stage.kind === 'add' ? undefined : emitActivation(f, stage)));
  return {
    setUp: stages.map((stage) => stage?.setUp ?? []),
    apply: (accumulator, addend) =>
      stages.map((stage) =>
        stage === undefined
          ? set(accumulator, f32x4.add(get(accumulator), addend))
          : stage.apply(accumulator),
      ),
  };
}
