import { costOf, peakMemory } from '@sepconv/cost-model';
import { readNetwork } from '@sepconv/formats';
import { predictSchedule } from '@sepconv/kernels';
import { mobileNetV1 } from '@sepconv/mobilenet';
import { describe, expect, test } from 'vitest';
import type { Shapes } from '../../src/islands/model/open-shape.js';
import { savingsOf } from '../../src/islands/model/savings.js';
import { exact, factor, short } from '../../src/lib/numbers.js';
import { onnxFile, type TestFile, textDirectionModel, textFile, withUnknownOp } from '../support/files.js';
import { pageSession } from '../support/session.js';

const { page, open } = pageSession();

const drop = (file: TestFile) =>
  page().getByLabel('Drop an ONNX or TFLite file here, or choose one').setInputFiles(file);
const ready = (file: string) =>
  page()
    .getByText(new RegExp(`^${file}: \\d+ layers`))
    .waitFor();
const tiles = () => page().locator('.tile b').allTextContents();

/** What the tiles show of a network, by the packages. */
async function expectedTiles(file: TestFile, shapes: Shapes = {}): Promise<string[]> {
  const { graph } = (await readNetwork(file.buffer, { fileName: file.name, shapes })).network;
  const cost = costOf(graph);
  const savings = savingsOf(graph, cost);
  return [
    exact(cost.totals.macs, 'en'),
    exact(cost.totals.params.trainable, 'en'),
    `${short(peakMemory(graph, { schedule: predictSchedule(graph) }).arenaBytes)}B`,
    savings === undefined ? '–' : `${factor(savings.before.macs / savings.after.macs)} times`,
  ];
}

describe('drop a model', () => {
  test("shows what the packages say of somebody else's file", async () => {
    await open('model/');
    const file = textDirectionModel();
    await drop(file);
    // The file leaves its image's size open, and the page asks for it.
    await page().getByLabel('Dimension 0 (p2o.DynamicDimension.0)').fill('1');
    await page().getByLabel('Dimension 2 (p2o.DynamicDimension.1)').fill('48');
    await page().getByLabel('Dimension 3 (p2o.DynamicDimension.2)').fill('192');
    await page().getByRole('button', { name: 'Read again' }).click();
    const shapes = { x: [1, 3, 48, 192] };
    await ready(file.name);
    expect(await tiles()).toEqual(await expectedTiles(file, shapes));
    const { graph } = (await readNetwork(file.buffer, { shapes })).network;
    await page().getByText(`All ${graph.nodes.length} layers`, { exact: true }).click();
    expect(await page().locator('.layer-table').last().locator('tbody tr').count()).toBe(graph.nodes.length);
  });

  test('says what separable layers would save, layer by layer', async () => {
    await open('model/');
    const graph = mobileNetV1({ width: 0.25, resolution: 64, separable: false });
    const file = onnxFile('standard.onnx', graph);
    await drop(file);
    await ready(file.name);
    expect(await tiles()).toEqual(await expectedTiles(file));
    const imported = (await readNetwork(file.buffer)).network.graph;
    const { layers } = savingsOf(imported, costOf(imported))!;
    const rows = page().locator('.savings-table tbody tr');
    expect(await rows.count()).toBe(layers.length);
    const first = layers[0]!;
    expect(await rows.first().locator('th').textContent()).toBe(first.name);
    expect((await rows.first().locator('td').allTextContents()).slice(1, 3)).toEqual([
      exact(first.before.macs, 'en'),
      exact(first.after.macs, 'en'),
    ]);
  });

  test('asks nobody for anything: it works without a connection once the reader is loaded', async () => {
    await open('model/');
    const small = onnxFile('small.onnx', mobileNetV1({ width: 0.25, resolution: 32 }));
    const asked: string[] = [];
    page().on('request', (request) => {
      asked.push(`${request.method()} ${request.url()} ${request.postData() ?? ''}`);
    });
    await drop(small);
    await ready('small.onnx');
    // Scripts and the like of the site, fetched when they are needed; nothing is sent.
    const ownFile = /^GET http:\/\/127\.0\.0\.1:\d+\/some\/where\/(_astro\/[^?]+\.(js|woff2)|favicon\.svg) $/;
    expect(asked.filter((line) => !ownFile.test(line))).toEqual([]);
    asked.length = 0;
    await page().context().setOffline(true);
    const other = onnxFile('other.onnx', mobileNetV1({ width: 0.5, resolution: 32 }));
    await drop(other);
    await ready('other.onnx');
    expect(await tiles()).toEqual(await expectedTiles(other));
    await page().context().setOffline(false);
  });

  test('says in a sentence what is wrong with a file, and keeps working', async () => {
    await open('model/');
    const alert = page().getByRole('alert');
    await drop(textFile('notes.txt', 'no model at all'));
    await alert.waitFor();
    expect(await alert.textContent()).toContain('notes.txt cannot be read');
    expect(await alert.textContent()).toContain('this is a text, "no model at all"');
    const good = onnxFile('good.onnx', mobileNetV1({ width: 0.25, resolution: 32 }));
    await drop(withUnknownOp(good, 'GlobalAveragePool'));
    await alert.getByText('ops that cannot be read: ZZZZ').waitFor();
    await drop({ ...good, name: 'half.onnx', buffer: good.buffer.subarray(0, good.buffer.length / 2) });
    await alert.getByText('half.onnx cannot be read').waitFor();
    await drop(good);
    await ready('good.onnx');
    expect(await alert.count()).toBe(0);
  });

  test('offers an example, in Chinese too', async () => {
    await open('zh/model/');
    await page().getByRole('button', { name: '试试 MobileNetV2' }).click();
    await page()
      .getByText(/^mobilenet-v2\.onnx：共 \d+ 层。$/)
      .waitFor();
    expect((await tiles())[0]).toMatch(/^[\d,]+$/);
  });
});
