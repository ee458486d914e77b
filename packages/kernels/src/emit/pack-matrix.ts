import type { PackMatrixKernel } from '../plan/matmul.js';
import { floatBytes, lanes } from '../plan/sizes.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { f32x4, get, i32, ifElse, type Local, set, v128 } from '../wasm/instructions.js';
import { advance } from './address.js';
import type { EmittedFunction } from './elementwise.js';

const vectorBytes = lanes * floatBytes;

/** The function that packs matrices into panels. Parameters: first unit, last unit, input, output. A unit is a panel. */
export function emitPackMatrix({ depth, columns, vectors }: PackMatrixKernel): EmittedFunction {
  const f = new FunctionBuilder(4);
  const [unit, end, input, output] = f.parameters as [Local, Local, Local, Local];
  const [panel, matrix, source, target] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
  const panels = Math.ceil(columns / (vectors * lanes));
  const lastVectors = Math.ceil(columns / lanes) - (panels - 1) * vectors;
  const panelBytes = vectors * vectorBytes * (depth + 1);
  const matrixBytes = Math.ceil(columns / lanes) * vectorBytes * (depth + 1);
  const row = (count: number, load: (vector: number) => Code): Code => [
    Array.from({ length: count }, (_, vector) => v128.store(get(target), load(vector), vector * vectorBytes)),
    advance(target, count * vectorBytes),
  ];
  const copy = (count: number): Code => [
    row(count, () => f32x4.const(0)),
    f.repeat(depth, [
      row(count, (vector) => v128.load(get(source), vector * vectorBytes)),
      advance(source, columns * floatBytes),
    ]),
  ];
  const isLast = i32.geS(get(panel), i32.const(panels - 1));
  const body = f.upTo(unit, get(end), [
    set(panel, i32.remU(get(unit), i32.const(panels))),
    set(matrix, i32.divU(get(unit), i32.const(panels))),
    set(
      source,
      i32.add(
        i32.add(get(input), i32.mul(get(matrix), i32.const(depth * columns * floatBytes))),
        i32.mul(get(panel), i32.const(vectors * vectorBytes)),
      ),
    ),
    set(
      target,
      i32.add(
        i32.add(get(output), i32.mul(get(matrix), i32.const(matrixBytes))),
        i32.mul(get(panel), i32.const(panelBytes)),
      ),
    ),
    lastVectors === vectors ? copy(vectors) : ifElse(isLast, copy(lastVectors), copy(vectors)),
  ]);
  return { parameters: 4, body: f.encode(body) };
}
