import { readNetwork } from '@sepconv/formats';
import { writeOnnx } from '@sepconv/formats/write-onnx';
import { initializeWeights } from '@sepconv/graph';
import { mobileNetV1, publishedNetworks } from '@sepconv/mobilenet';
import { byteLength } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { bestOf, rate } from '../src/islands/choose/candidates.js';
import { candidatesCsv } from '../src/islands/choose/csv.js';
import { latenciesIn } from '../src/islands/choose/kept-latencies.js';
import { choiceForm } from '../src/islands/choose/settings.js';
import { quantizeModel } from '../src/islands/quantize/quantize-model.js';
import { sepconv } from '../src/lib/cli-help.js';
import { int8Bytes, publishedRows } from '../src/lib/published-rows.js';
import { linkQuery } from '../src/lib/query.js';

const candidates = publishedRows();
const id = 'mobilenet-v2_0.35_96';

describe('what there is to choose from', () => {
  test('is every network with a published accuracy, once', () => {
    expect(candidates).toHaveLength(publishedNetworks().length);
    expect(new Set(candidates.map((each) => each.id)).size).toBe(candidates.length);
  });

  test('costs what the command says, and is on the same front', () => {
    const argv = ['sweep', 'mobilenet-v2', '--width', '0.35,0.5,1', '--resolution', '96,224'];
    // A command that is older than its sources is built first.
    const { entries } = JSON.parse(sepconv('../..', [...argv, '--budget', 'macs=100M', '--json'])) as {
      entries: Record<string, unknown>[];
    };
    const here = rate(
      candidates.filter(
        ({ network, width, resolution }) =>
          network === 'mobilenet-v2' && [0.35, 0.5, 1].includes(width) && [96, 224].includes(resolution),
      ),
      {},
      { macs: 100e6 },
      'macs',
    );
    expect(entries).toHaveLength(6);
    expect(
      here.map(({ macs, params, memory, int8Memory, fits, isOptimal }) => ({
        macs,
        params,
        memory,
        int8Memory,
        fits,
        isOptimal,
      })),
    ).toEqual(
      entries.map(({ macs, params, memory, int8Memory, fits, isOptimal }) => ({
        macs,
        params,
        memory,
        int8Memory,
        fits,
        isOptimal,
      })),
    );
  }, 600_000);

  test('has in int8 the bytes that quantize writes', async () => {
    const graph = mobileNetV1({ width: 0.25, resolution: 32, classes: 10 });
    const model = await readNetwork(writeOnnx({ graph, weights: initializeWeights(graph, 1) }));
    const { files } = await quantizeModel(model, 'a.onnx', [], 'zero-to-one', () => {});
    const { network } = await readNetwork(files[0]!.bytes!, { arithmetic: 'integer' });
    const written = network.graph.parameters.reduce((sum, each) => sum + byteLength(each), 0);
    expect(written).toBe(int8Bytes(graph));
  });
});

describe('a choice', () => {
  const times = { [id]: { milliseconds: 2, isSteady: true } };

  test('keeps to all budgets, and what was not timed is over a budget of milliseconds', () => {
    const all = rate(candidates, {}, {}, 'size');
    expect(all.every(({ fits }) => fits)).toBe(true);
    expect(bestOf(all)?.id).toBe('convnext-tiny_224');
    const some = rate(candidates, {}, { size: 2e6, memory: 2e6 }, 'size');
    for (const { size, memory, fits } of some) expect(fits).toBe(size <= 2e6 && memory <= 2e6);
    const best = bestOf(some)!;
    expect(some.filter(({ fits, top1 }) => fits && top1 > best.top1)).toEqual([]);
    const timed = rate(candidates, times, { ms: 5 }, 'ms');
    expect(timed.filter(({ fits }) => fits).map((each) => each.id)).toEqual([id]);
    expect(timed[0]).toMatchObject({ id, isOptimal: true });
    expect(bestOf(rate(candidates, times, { ms: 1 }, 'ms'))).toBeUndefined();
  });

  test('is kept by a link, and nonsense is no budget', () => {
    const settings = { by: 'ms', budgets: { macs: 300.5e6, ms: 5 } } as const;
    const query = linkQuery(choiceForm, settings, new URLSearchParams('?max-size=3'));
    expect(query).toBe('?by=ms&max-macs=300.5&max-ms=5');
    expect(choiceForm.read(new URLSearchParams(query))).toEqual(settings);
    const nonsense = new URLSearchParams('?by=price&max-macs=-1&max-ms=fast&max-size=Infinity');
    expect(choiceForm.read(nonsense)).toEqual(choiceForm.defaults);
  });

  test('is a file of one line for each network, its numbers unrounded', () => {
    const [titles, ...lines] = candidatesCsv(rate(candidates, times, {}, 'macs'))
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(candidates.length);
    expect(titles!.split(',')).toHaveLength(14);
    const row = Object.fromEntries(titles!.split(',').map((name, k) => [name, lines[0]!.split(',')[k]]));
    expect(row).toMatchObject({
      network: 'mobilenet-v2',
      macs: '11934128',
      top1: '45.5',
      measured_ms: '2',
      settled: 'true',
    });
  });

  test('takes over times that this version measured, and nothing else', () => {
    const kept = (value: unknown) => latenciesIn(JSON.stringify(value), '1.0.0');
    expect(kept({ version: '1.0.0', times })).toEqual(times);
    expect(kept({ version: '0.9.0', times })).toEqual({});
    expect(kept({ version: '1.0.0', times: { a: { milliseconds: -1, isSteady: true }, b: 3 } })).toEqual({});
    for (const text of [null, '{', '[]', '"x"', 'null']) expect(latenciesIn(text, '1.0.0')).toEqual({});
  });
});
