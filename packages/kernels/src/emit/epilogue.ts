import type { Engine } from '../plan/engine.js';
import { type Epilogue, hasAddition, isLong } from '../plan/epilogue.js';
import type { Code } from '../wasm/code.js';
import type { FunctionBuilder } from '../wasm/function.js';
import { f32x4, get, type Local, set } from '../wasm/instructions.js';
import { emitActivation } from './activations.js';

/** The code of an epilogue inside one function. */
export interface EmittedEpilogue {
  /** Whether it is more than a few instructions. */
  readonly isLong: boolean;
  /** Whether it adds another value. */
  readonly hasAddition: boolean;
  /** Applies all stages to an accumulator; `addend` loads the other value at the same place. */
  apply(accumulator: Local, addend: Code): Code;
}

/** Prepares an epilogue for a function. */
export function emitEpilogue(f: FunctionBuilder, engine: Engine, epilogue: Epilogue): EmittedEpilogue {
  const stages = epilogue.map((stage) =>
    stage.kind === 'add' ? undefined : emitActivation(f, engine, stage),
  );
  return {
    isLong: isLong(epilogue),
    hasAddition: hasAddition(epilogue),
    apply: (accumulator, addend) =>
      stages.map((stage) =>
        stage === undefined ? set(accumulator, f32x4.add(get(accumulator), addend)) : stage(accumulator),
      ),
  };
}
