import type { BinaryOpName } from '@sepconv/graph';
import { elementCount } from '@sepconv/tensor';
import type { Access, ElementsKernel, Strided } from '../plan/kernel.js';
import { threads } from '../plan/kernel.js';
import { activationAt, f32, functionsFor } from './functions.js';
import { bindings, coordinates, eachThread, load, stagesOf, store, type Text } from './shader.js';

/** What each op makes of the vectors `a` and `b`. */
const binary: { readonly [Name in BinaryOpName]: Text } = {
  add: { code: 'a + b', needs: [] },
  div: { code: 'a / b', needs: [] },
  equal: { code: 'select(vec4f(0.0f), vec4f(1.0f), a == b)', needs: [] },
  less: { code: 'select(vec4f(0.0f), vec4f(1.0f), a < b)', needs: [] },
  mask: { code: 'select(a, vec4f(0.0f), b == vec4f(0.0f))', needs: [] },
  maximum: { code: 'max(a, b)', needs: [] },
  minimum: { code: 'min(a, b)', needs: [] },
  mul: { code: 'a * b', needs: [] },
  pow: { code: 'power(a, b)', needs: ['power'] },
  prelu: { code: 'select(a, b * a, a < vec4f(0.0f))', needs: [] },
  sub: { code: 'a - b', needs: [] },
};

/** What the kernel computes of `v0`, `v1`, …. */
function computed({ compute }: ElementsKernel): Text {
  switch (compute.kind) {
    case 'copy':
      return { code: 'v0', needs: [] };
    case 'activation': {
      const { code, needs = [] } = activationAt('v0', compute.activation);
      return { code, needs };
    }
    case 'batch-norm':
      return { code: `fma((v0 - v3) / sqrt(v4 + ${f32(compute.epsilon)}), v1, v2)`, needs: [] };
    case 'binary': {
      const { code, needs } = binary[compute.op];
      return { code: code.replaceAll(/\ba\b/g, 'v0').replaceAll(/\bb\b/g, 'v1'), needs };
    }
  }
}

/** The index of a part at the coordinates `c0`, `c1`, …; it may run backwards. */
function indexOf({ strides, offset }: Strided): string {
  const terms = strides.flatMap((stride, axis) => (stride === 0 ? [] : [`c${axis} * ${stride}`]));
  return `u32(${[...terms, String(offset)].join(' + ')})`;
}

/** The shader of an elementwise kernel. */
export function emitElements(kernel: ElementsKernel, accesses: readonly Access[]): string {
  const { dimensions, width, reads, write, inside, finish } = kernel;
  const count = elementCount(dimensions);
  const names = dimensions.map((size, axis) => [`c${axis}`, size] as const);
  const { code, needs } = computed(kernel);
  const addend = finish.addend === undefined ? '' : `v${finish.addend}`;
  const stages = stagesOf('value', finish.stages, addend);
  const values = reads.map(
    (read, index) => `let v${index} = ${load(read.operand, indexOf(read), read.isSplat ? 1 : width)};`,
  );
  const within = inside?.from
    .map((from, axis) => `c${axis} >= ${from} && c${axis} < ${inside.to[axis]}`)
    .join(' && ');
  const compute = `${values.join('\n')}\nvalue = ${code};`;
  const otherwise = inside?.otherwise ?? 0;
  const isInfinite = Math.abs(Math.fround(otherwise)) === Infinity;
  const around = isInfinite ? `${otherwise < 0 ? '-' : ''}infinity()` : f32(otherwise);
  return `${bindings(accesses)}
${functionsFor([...needs, ...stages.needs, ...(isInfinite ? ['infinity'] : [])])}
${eachThread(count, threads)}
${coordinates('i32(i)', names, 'i32')}
var value = vec4f(${around});
${within === undefined ? compute : `if (${within || 'true'}) {\n${compute}\n}`}
${stages.code}
${store(indexOf(write), 'value', width)}
}`;
}
