import { type Epilogue, hasAddition } from '@sepconv/graph';
import type { Engine } from '../plan/engine.js';
import { isLong } from '../plan/epilogue.js';
import type { EpilogueCode, GemmParameter } from '../plan/gemm-code.js';
import type { Code } from '../wasm/code.js';
import type { FunctionBuilder } from '../wasm/function.js';
import { f32x4, get, type Local, set } from '../wasm/instructions.js';
import { type EmittedActivation, emitActivation, emitBounds } from './activations.js';

/** The code of an epilogue inside one function. */
export interface EmittedEpilogue {
  /** Whether it is more than a few instructions. */
  readonly isLong: boolean;
  /** Whether it adds another value. */
  readonly hasAddition: boolean;
  /** Applies all stages to an accumulator; `addend` loads the other value at the same place. */
  apply(accumulator: Local, addend: Code): Code;
}

/** Prepares an epilogue for a function; `given` is the parameter with a bound of a clamp that the function is given. */
export function emitEpilogue(
  f: FunctionBuilder,
  engine: Engine,
  epilogue: Epilogue | EpilogueCode,
  given?: (name: GemmParameter) => Local,
): EmittedEpilogue {
  const bound = (name: GemmParameter): Code | undefined => given && f.floatOf(given(name));
  const stages = epilogue.map((stage, index): EmittedActivation | undefined => {
    if (stage.kind === 'add') return undefined;
    if (stage.kind !== 'given-clamp') return emitActivation(f, engine, stage);
    return emitBounds(
      stage.hasMin ? bound(`min${index}`) : undefined,
      stage.hasMax ? bound(`max${index}`) : undefined,
    );
  });
  return {
    isLong: isLong(epilogue),
    hasAddition: hasAddition(epilogue),
    apply: (accumulator, addend) =>
      stages.map((stage) =>
        stage === undefined ? set(accumulator, f32x4.add(get(accumulator), addend)) : stage(accumulator),
      ),
  };
}
