/**
 * @file Sums of a channel multiplier in the order of memory. They come as planes, one for each multiple `m`, whose element `c`
 * is a channel; memory has element `c · M + m`. All shuffles here are such as one instruction does.
 */
import { lanes } from '../../plan/sizes.js';
import type { Code } from '../../wasm/code.js';
import { f32x4, get, type Local, set } from '../../wasm/instructions.js';

/** Registers for what a level of the recursion makes. */
export type LevelRegisters = (level: number) => readonly Local[];

const lowHalves = [0, 4, 1, 5];
const highHalves = [2, 6, 3, 7];

/** Elements of `a` and `b` in turn: what two interleaved halves of the planes become together. */
function zip(a: readonly Local[], b: readonly Local[], target: readonly Local[]): Code {
  return a.map((first, i) => {
    const second = b[i] as Local;
    return [
      set(target[2 * i] as Local, f32x4.shuffle(get(first), get(second), lowHalves)),
      set(target[2 * i + 1] as Local, f32x4.shuffle(get(first), get(second), highHalves)),
    ];
  });
}

/**
 * An odd number of planes. The lanes that a plane's elements take are all different then, so each vector is turned once, and
 * the output is put together lane by lane without moving anything.
 */
function turnAndBlend(
  planes: readonly (readonly Local[])[],
  target: readonly Local[],
  turned: readonly Local[],
): Code {
  const multiplier = planes.length;
  const vectors = planes[0]?.length ?? 0;
  const turn = planes.map((plane, m) =>
    plane.map((vector, v) => {
      const from = Array.from({ length: lanes }, (_, lane) => {
        // The channel of this vector whose element lies in the lane.
        for (let c = 0; c < lanes; c++) if (((v * lanes + c) * multiplier + m) % lanes === lane) return c;
        return 0;
      });
      return set(turned[m * vectors + v] as Local, f32x4.shuffle(get(vector), get(vector), from));
    }),
  );
  const blend = Array.from({ length: multiplier * vectors }, (_, index) => {
    const sources = Array.from({ length: lanes }, (__, lane) => {
      const element = index * lanes + lane;
      const vector = Math.floor(element / multiplier / lanes);
      return turned[(element % multiplier) * vectors + vector] as Local;
    });
    const distinct = [...new Set(sources)];
    const joined = distinct.reduce<Code | undefined>(
      (done, source) =>
        done === undefined
          ? get(source)
          : f32x4.shuffle(
              done,
              get(source),
              sources.map((wanted, lane) => (wanted === source ? lanes + lane : lane)),
            ),
      undefined,
    );
    return set(target[index] as Local, joined as Code);
  });
  return [turn, blend];
}

/**
 * Interleaves planes of equally many vectors into `target`, which has as many vectors as all planes together.
 *
 * @param registers - For each level of the recursion as many registers as there are vectors in all planes.
 * @param level - The first level whose registers it may use.
 */
export function interleave(
  planes: readonly (readonly Local[])[],
  target: readonly Local[],
  registers: LevelRegisters,
  level: number,
): Code {
  const own = registers(level);
  const count = target.length;
  if (planes.length === 1)
    return (planes[0] as readonly Local[]).map((from, i) => set(target[i] as Local, get(from)));
  if (planes.length % 2 === 1) return turnAndBlend(planes, target, own);
  const [even, odd] = [own.slice(0, count / 2), own.slice(count / 2, count)];
  const halfOf = (parity: number) => planes.filter((_, m) => m % 2 === parity);
  return [
    interleave(halfOf(0), even, registers, level + 1),
    interleave(halfOf(1), odd, registers, level + 1),
    zip(even, odd, target),
  ];
}
