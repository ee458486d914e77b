/** @file Tuning: what it measures, what becomes of its choices, and that no bit of a result depends on them. */
import {
  depthwiseConv2d,
  GraphBuilder,
  initializeWeights,
  type Network,
  pointwiseConv2d,
} from '@sepconv/graph';
import { createRandom, randomTensor } from '@sepconv/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseEngine } from './engines/choose.js';
import { EngineError } from './errors.js';
import { explain } from './explain.js';
import { type Choices, readChoices } from './plan/choices.js';
import { type EngineName, engineNames, engines } from './plan/engine.js';
import type { Machine } from './plan/machine.js';
import { planNetwork } from './plan/plan.js';
import { groupKey } from './plan/strips.js';
import { type CompileOptions, compile, type Session } from './session.js';

/** Shapes with everything that can be chosen: strips that are staged, shared rows, several tiles. */
function layers(): Network {
  const builder = new GraphBuilder('layers');
  const image = builder.input('image', [2, 9, 11, 64]);
  const wide = pointwiseConv2d(builder, image, { filters: 512 });
  const filtered = depthwiseConv2d(builder, wide, { kernel: 3 });
  const halved = depthwiseConv2d(builder, filtered, { kernel: 5, strides: 2 });
  const built = builder.build([pointwiseConv2d(builder, halved, { filters: 33 })]);
  return { graph: built, weights: initializeWeights(built, 2) };
}

function bitsOf(session: Session): Uint32Array {
  const [input] = session.inputs.values();
  return new Uint32Array(session.run(randomTensor(input!.shape, createRandom(7))).data.slice().buffer);
}

async function bitsWith(network: Network, options: CompileOptions): Promise<Uint32Array> {
  const session = await compile(network, options);
  const bits = bitsOf(session);
  session.dispose();
  return bits;
}

/** A machine that is no real one's: nothing has such caches. */
const machine: Machine = {
  gflops: 5000,
  aliasCost: 20,
  caches: { first: 1 << 20, second: 1 << 26 },
  latencies: { first: 100, second: 1000, beyond: 10_000 },
};

/** A document for a network in which every kernel that can be is cut by this block. */
function choicesWith(network: Network, engine: EngineName, block: Choices['depthwise'][string]): Choices {
  const keys = { depthwise: new Set<string>(), products: new Set<string>() };
  const spy = (seen: Set<string>): Record<string, never> =>
    new Proxy({}, { get: (_, key) => void seen.add(String(key)) });
  const choices = { depthwise: spy(keys.depthwise), products: spy(keys.products) };
  planNetwork(network, { ...engines[engine], choices }, 'off');
  const order = block.pixels % 2 === 0 ? 'rows' : 'columns';
  const product = { rows: block.rows, vectors: block.vectors, tiles: block.pixels, order } as const;
  return {
    format: 'sepconv-choices-1',
    engine,
    machine,
    depthwise: Object.fromEntries([...keys.depthwise].map((key) => [key, block])),
    products: Object.fromEntries([...keys.products].map((key) => [key, product])),
    fused: {},
    tried: {},
  };
}

const here: EngineName[] = [];
for (const engine of engineNames) {
  await chooseEngine(engine, true).then(
    () => here.push(engine),
    () => undefined,
  );
}

describe.each(here)('choices on %s', (engine) => {
  test.each(['quick', 'full'] as const)(
    '%s tuning changes no bit, and its document gives the same plan again',
    async (tune) => {
      const network = layers();
      const session = await compile(network, { engine, tune });
      expect(bitsOf(session)).toEqual(await bitsWith(network, { engine }));
      const { choices } = session;
      expect(choices).toMatchObject({ format: 'sepconv-choices-1', engine });
      expect(readChoices(choices)).toEqual(choices);
      expect(session.tuning).toMatchObject({
        kernels: 4,
        known: 0,
        measured: tune === 'full' ? 4 : expect.any(Number),
      });
      const again = await compile(network, { engine, choices: JSON.parse(JSON.stringify(choices)) });
      expect(explain(again)).toEqual(explain(session));
      expect(again.choices).toEqual(choices);
    },
    60_000,
  );

  test('deliberately bad ones are right', async () => {
    const network = layers();
    const expected = await bitsWith(network, { engine });
    const block = fc.record({
      pixels: fc.integer({ min: 1, max: 16 }),
      vectors: fc.integer({ min: 1, max: 8 }),
      rows: fc.integer({ min: 1, max: 8 }),
      strip: fc.constantFrom(0, 32, 64, 128, 512, 1000),
    });
    let changed = 0;
    await fc.assert(
      fc.asyncProperty(block, async (drawn) => {
        const choices = choicesWith(network, engine, drawn);
        expect(Object.keys(choices.depthwise)).toHaveLength(2);
        expect(Object.keys(choices.products)).toHaveLength(2);
        const session = await compile(network, { engine, choices });
        const usual = await compile(network, { engine });
        if (JSON.stringify(explain(session)) !== JSON.stringify(explain(usual))) changed++;
        expect(bitsOf(session)).toEqual(expected);
      }),
      { numRuns: 25, seed: 5 },
    );
    expect(changed).toBeGreaterThan(15);
  }, 60_000);
});

describe('choices that are given', () => {
  const block = { pixels: 2, vectors: 1, rows: 1, strip: 0 };

  test('of this machine are extended: what they know is not measured again', async () => {
    const network = layers();
    const first = await compile(network, { engine: 'simd128', tune: 'full' });
    const second = await compile(network, { engine: 'simd128', tune: 'full', choices: [first.choices!] });
    expect(second.tuning).toMatchObject({ kernels: 4, known: 4, measured: 0 });
    expect(second.choices).toEqual(first.choices);
    const taken = await compile(network, { engine: 'simd128', choices: [first.choices!] });
    expect(taken.tuning).toMatchObject({ kernels: 4, known: 4, measured: 0 });
    expect(taken.choices).toEqual(first.choices);
    expect(explain(taken)).toEqual(explain(second));
  }, 60_000);

  test('of another machine or engine are left aside in a list, and it is said', async () => {
    const network = layers();
    const foreign = choicesWith(network, 'simd128', block);
    const usual = explain(await compile(network, { engine: 'simd128' }));
    const left = await compile(network, { engine: 'simd128', choices: [foreign] });
    expect(left.tuning?.note).toMatch(/^the choices that were given are of another machine \(1024 KB of/);
    expect(left.choices).toBeUndefined();
    expect(explain(left)).toEqual(usual);
    const tuned = await compile(network, { engine: 'simd128', choices: foreign, tune: 'quick' });
    expect(tuned.tuning).toMatchObject({ known: 0, note: expect.stringContaining('of another machine') });
    expect(tuned.choices?.machine).not.toEqual(machine);
    const other = { ...foreign, engine: 'relaxed' };
    expect((await compile(network, { engine: 'simd128', choices: [other] })).tuning?.note).toBe(
      'the choices that were given are of the engine relaxed, not simd128',
    );
  }, 60_000);

  test('alone are used wherever they were made, and are right', async () => {
    const network = layers();
    const foreign = choicesWith(network, 'simd128', block);
    const session = await compile(network, { engine: 'simd128', choices: foreign });
    expect(session.choices).toEqual(foreign);
    expect(explain(session)).not.toEqual(explain(await compile(network, { engine: 'simd128' })));
    expect(bitsOf(session)).toEqual(await bitsWith(network, { engine: 'simd128' }));
  });

  test('say what runs in strips, by kernels and not by names', async () => {
    const network = layers();
    const foreign = choicesWith(network, 'simd128', block);
    const stripsOf = async (fused: Choices['fused']): Promise<number> => {
      const session = await compile(network, { engine: 'simd128', choices: { ...foreign, fused } });
      return explain(session).filter(({ stripRows }) => stripRows !== undefined).length;
    };
    const plan = planNetwork(network, engines.simd128, 'off');
    const [, , depthwise, pointwise] = plan.steps.map(({ kernel }) => kernel);
    const key = groupKey([depthwise!, pointwise!]);
    expect(await stripsOf({})).toBe(0);
    expect(await stripsOf({ [key]: true })).toBe(1);
    expect(await stripsOf({ [key]: false })).toBe(0);
  });
});

describe('a document of choices', () => {
  const sound = choicesWith(layers(), 'simd128', { pixels: 2, vectors: 1, rows: 1, strip: 0 });
  const [key] = Object.keys(sound.depthwise);

  test('of another engine is left aside', async () => {
    const session = await compile(layers(), { engine: 'simd128', choices: { ...sound, engine: 'relaxed' } });
    expect(explain(session)).toEqual(explain(await compile(layers(), { engine: 'simd128' })));
  });

  test.each<readonly [string, unknown]>([
    ['the document', null],
    ['the document', [3]],
    ['format', { ...sound, format: 'sepconv-choices-9' }],
    ['engine', { ...sound, engine: 3 }],
    ['machine', { ...sound, machine: undefined }],
    ['machine.gflops', { ...sound, machine: { ...machine, gflops: -1 } }],
    ['machine.aliasCost', { ...sound, machine: { ...machine, aliasCost: Number.NaN } }],
    ['depthwise', { ...sound, depthwise: 'none' }],
    [
      `depthwise[${JSON.stringify(key)}].pixels`,
      { ...sound, depthwise: { [key!]: { ...sound.depthwise[key!], pixels: 17 } } },
    ],
    [
      `depthwise[${JSON.stringify(key)}].strip`,
      { ...sound, depthwise: { [key!]: { pixels: 1, vectors: 1, rows: 1, strip: -1 } } },
    ],
    [
      'products["x"].tiles',
      { ...sound, products: { x: { rows: 1, vectors: 1, tiles: 0.5, order: 'rows' } } },
    ],
    ['products["x"].order', { ...sound, products: { x: { rows: 1, vectors: 1, tiles: 1 } } }],
    ['machine.caches', { ...sound, machine: { ...machine, caches: 3 } }],
    ['machine.caches.second', { ...sound, machine: { ...machine, caches: { first: 1 } } }],
    ['machine.latencies.beyond', { ...sound, machine: { ...machine, latencies: { first: 1, second: 1 } } }],
    ['fused', { ...sound, fused: [['a', 2]] }],
    ['fused["a"]', { ...sound, fused: { a: 1 } }],
    ['tried["a"]', { ...sound, tried: { a: 0 } }],
  ])('that is damaged is refused by name: %s', async (where, damaged) => {
    const compiled = compile(layers(), { choices: damaged as Choices });
    await expect(compiled).rejects.toThrow(EngineError);
    await expect(compiled).rejects.toThrow(`the choices are damaged: ${where} `);
    expect(() => readChoices(sound)).not.toThrow();
  });
});
