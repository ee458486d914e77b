import { fileURLToPath } from 'node:url';
import { costOf, toStandard } from '@sepconv/cost-model';
import { initializeWeights } from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import { buildNetwork } from '@sepconv/mobilenet';
import { describe, expect, it } from 'vitest';
import { sepconv, sepconvJson, tooWide } from '../testing/terminal.js';

const colors = fileURLToPath(new URL('../../test/colors.tflite', import.meta.url));

describe('cost --json', () => {
  it.each([
    [['mobilenet-v1'], 568_740_352, 4_231_976, 4_253_864],
    [['mobilenet-v2'], 300_774_272, 3_504_872, 3_538_984],
    [['mobilenet-v1', '--standard'], 4_867_293_184, 29_294_088, undefined],
    [['mobilenet-v1', '--shallow'], 307_323_392, undefined, undefined],
  ])('%j', async (argv, macs, trainable, total) => {
    const { totals, layers } = (await sepconvJson(['cost', ...argv, '--json'])) as {
      totals: { macs: number; params: { trainable: number; total: number } };
      layers: { macs: number }[];
    };
    expect(totals.macs).toBe(macs);
    if (trainable !== undefined) expect(totals.params.trainable).toBe(trainable);
    if (total !== undefined) expect(totals.params.total).toBe(total);
    expect(layers.reduce((sum, layer) => sum + layer.macs, 0)).toBe(macs);
  });

  it('takes width, resolution, classes and batch', async () => {
    const options = ['--width', '0.25', '--resolution', '128', '--classes', '10', '--batch', '2'];
    const cost = await sepconvJson(['cost', 'mobilenet-v1', ...options, '--json']);
    expect(cost).toMatchObject({ input: [2, 128, 128, 3] });
    expect((cost as { layers: { outputShape: number[] }[] }).layers.at(-1)?.outputShape).toEqual([2, 10]);
  });

  it('reads a model file', async () => {
    expect(await sepconvJson(['cost', colors, '--json'])).toMatchObject({ totals: { macs: 9 } });
  });
});

describe('cost as text', () => {
  it('has every layer that works, the totals, the shares, in 80 columns', async () => {
    for (const name of ['mobilenet-v1', 'mobilenet-v2']) {
      const { code, stdout, stderr } = await sepconv(['cost', name]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(tooWide(stdout)).toEqual([]);
      expect(stdout).toMatch(/block_3\/depthwise +depthwise +56×56×1\d\d +\d\.\d\d M/);
      expect(stdout).toMatch(/pointwise +\d\d +\d+\.\d\d M +\d\d\.\d %/);
    }
  });

  it('keeps 80 columns with long names', async () => {
    const { stdout } = await sepconv(['cost', colors], { width: 60 });
    expect(tooWide(stdout, 60).filter((line) => !/MACs =|trainable|memory/.test(line))).toEqual([]);
  });
});

describe('cost --csv', () => {
  it('has one line per node', async () => {
    const { stdout } = await sepconv(['cost', 'mobilenet-v1', '--csv']);
    const [titles, ...lines] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    const macs = titles?.indexOf('macs') ?? -1;
    expect(lines.every((cells) => cells.length === titles?.length)).toBe(true);
    expect(lines.reduce((sum, cells) => sum + Number(cells[macs]), 0)).toBe(568_740_352);
    expect(lines[0]?.slice(0, 5)).toEqual(['stem/conv', 'conv2d', 'standard', '1x224x224x3', '1x112x112x32']);
  });
});

describe('a file that cannot be used', () => {
  it.each([
    [
      './nowhere.tflite',
      /the model "\.\/nowhere\.tflite" cannot be read: there is no such file \(looked for \//,
    ],
    [fileURLToPath(new URL('.', import.meta.url)), /it is not a regular file/],
    [fileURLToPath(import.meta.url), /the model ".*cost\.test\.ts" cannot be used: /],
  ])('%s', async (path, words) => {
    const { code, stdout, stderr } = await sepconv(['cost', path]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(words);
    expect(stderr).toMatch(/^sepconv: [^\n]+\n$/);
  });
});

describe('cost under a convention', () => {
  it.each([
    ['timm', 'mobilenet-v1', 578_825_728, 4_231_976, 5_043_688],
    ['slim', 'mobilenet-v1', 568_740_352, 4_242_920, undefined],
    ['slim', 'mobilenet-v2', 300_774_272, 3_469_760, undefined],
    ['keras', 'mobilenet-v2', 300_774_272, 3_538_984, undefined],
    ['paper', 'mobilenet-v2', 300_774_272, 3_469_760, undefined],
  ])('%s %s', async (convention, name, macs, params, activations) => {
    const cost = (await sepconvJson(['cost', name, '--convention', convention, '--json'])) as {
      totals: { macs: number };
      convention: { convention: string; totals: object; definitions: Record<string, string> };
    };
    expect(cost.convention).toMatchObject({
      convention,
      totals: { macs, params, ...(activations === undefined ? {} : { activations }) },
    });
    expect(cost.convention.definitions.macs).toMatch(/multiply-accumulates/);
    // The counts with names of their own never change their meaning.
    expect(cost.totals.macs).toBe(name === 'mobilenet-v1' ? 568_740_352 : 300_774_272);
    const { stdout } = await sepconv(['cost', name, '--convention', convention]);
    expect(tooWide(stdout)).toEqual([]);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(`The table counts as ${convention} does`);
  });
});

describe('cost and memory', () => {
  it("predicts what the engine's session allocates", async () => {
    const { memory } = (await sepconvJson(['cost', 'mobilenet-v2', '--json'])) as {
      memory: { schedule: string; float32: { arenaBytes: number } };
    };
    const graph = buildNetwork('mobilenet-v2');
    const session = await compile({ graph, weights: initializeWeights(graph, 1) }, { engine: 'simd128' });
    expect(memory.schedule).toBe('engine');
    expect(memory.float32.arenaBytes).toBe(session.memory.arenaBytes);
    session.dispose();
  });

  it('does without the engine where a network is larger than any that it could hold', async () => {
    const { memory, totals } = (await sepconvJson([
      'cost',
      'mobilenet-v1',
      '--classes',
      '1000000000',
      '--json',
    ])) as {
      memory: { schedule: string };
      totals: { macs: number };
    };
    expect(memory.schedule).toBe('graph');
    expect(totals.macs).toBe(568_740_352 - 1_024_000 + 1024 * 1e9);
  });

  it("reproduces MCUNetV2's 1372 kB for MobileNetV2 in int8, depthwise in place", async () => {
    const { memory } = (await sepconvJson(['cost', 'mobilenet-v2', '--in-place', '--json'])) as {
      memory: { schedule: string; int8: { arenaBytes: number; peak: { nodes: string[] } } };
    };
    expect(memory.schedule).toBe('graph');
    expect(memory.int8.arenaBytes).toBe(1372 * 1024);
    expect(memory.int8.peak.nodes[0]).toBe('block_2/expand');
  });

  it('says what patches save and what they cost', async () => {
    const { stdout } = await sepconv(['cost', 'mobilenet-v2', '--in-place', '--patches', '4']);
    expect(tooWide(stdout)).toEqual([]);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /17 depthwise layers in place and the first stage in 4×4 patches; without, it is 6\.02 MB and 1\.51 MB\. Patches end at \S+ and compute \d\.\d % more/,
    );
  });
});

describe('what if', () => {
  it('a network with standard convolutions is the twin that its builder makes', async () => {
    const totals = async (argv: string[]) =>
      ((await sepconvJson(['cost', ...argv, '--json'])) as { totals: { macs: number; params: object } })
        .totals;
    // ShuffleNet has no twin of its own: its depthwise layers feed pointwise ones, with a norm between.
    expect((await totals(['shufflenet-v2', '--standard'])).macs).toBeGreaterThan(
      3 * (await totals(['shufflenet-v2'])).macs,
    );
    // The rewrite gives what MobileNetV1's own twin has.
    const { graph } = toStandard(buildNetwork('mobilenet-v1'));
    expect(costOf(graph).totals).toMatchObject({
      macs: 4_867_293_184,
      params: { trainable: 29_294_088 },
    });
  });

  it('--separable and back', async () => {
    const cost = (await sepconvJson(['cost', 'mobilenet-v1', '--separable', '--json'])) as {
      rewrite: { to: string; replaced: { node: string }[]; before: { macs: number } };
      totals: { macs: number };
    };
    expect(cost.rewrite).toMatchObject({ to: 'separable', before: { macs: 568_740_352 } });
    expect(cost.rewrite.replaced.map(({ node }) => node)).toEqual(['stem/conv']);
    expect(cost.totals.macs).toBe(568_740_352 - 10_838_016 + 112 * 112 * (27 + 96));
  });

  it('compares with another network, at the same resolution', async () => {
    const argv = ['cost', 'mobilenet-v2', '--resolution', '192', '--compare', 'mobilenet-v3-large', '--json'];
    const { compare } = (await sepconvJson(argv)) as {
      compare: { name: string; totals: { macs: number }; numbers: { name: string; ratio: number }[] };
    };
    expect(compare.name).toBe('mobilenet-v3-large_1.0_192');
    const { ratio } = compare.numbers.find(({ name }) => name === 'macs') ?? {};
    expect(ratio).toBeCloseTo(221_219_680 / compare.totals.macs, 1);
  });

  it('writes Markdown with every number', async () => {
    const { stdout } = await sepconv(['cost', 'mobilenet-v1', '--markdown', '--compare', 'mobilenet-v2']);
    expect(stdout).toMatch(/^# mobilenet-v1\\_1\.0\\_224\n/);
    expect(stdout).toMatch(/\| MACs \| 568,740,352 \|/);
    expect(stdout).toMatch(
      /\| block\\_3\/depthwise \| depthwise \| 1×56×56×128 \| 3,612,672 \| 1,152 \| \d\.\d\d \|/,
    );
    expect(stdout).toMatch(/## Compared/);
  });

  it.each([
    [['--separable', '--standard'], /cannot be used with/],
    [['--convention', 'thop'], /Allowed choices are exact, paper/],
    [['--patches', '1'], /at least 2, not 1/],
    [['--patches', '300'], /could run in 300×300 patches/],
    [['--stream-input'], /give --patches with it/],
    [['--compare', 'mobilenet-v9'], /no network "mobilenet-v9"/],
    [['--html', 'folder/'], /needs the name of a file/],
    [['--markdown', '--csv'], /cannot be used with/],
  ])('%j is refused in one sentence', async (flags, words) => {
    const { code, stdout, stderr } = await sepconv(['cost', 'mobilenet-v1', ...flags]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(words);
    expect(stderr).toMatch(/^sepconv: [^\n]+\n$/);
  });
});
