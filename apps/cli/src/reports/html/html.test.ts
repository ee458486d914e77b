/** @file The report in a real browser: a column is pressed, the charts are read, and nothing is asked of the network. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { GraphBuilder, pointwiseConv2d } from '@sepconv/graph';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analyse } from '../../cost-analysis.js';
import { sepconv } from '../../testing/terminal.js';
import { htmlReport } from './page.js';

const executablePath = '/usr/bin/chromium';
const absent = `there is no browser at ${executablePath}`;
const hasBrowser = existsSync(executablePath);
const folder = mkdtempSync(join(tmpdir(), 'sepconv-html-'));
const file = join(folder, 'report.html');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('cost --html', { timeout: 120_000 }, () => {
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];
  const requests: string[] = [];

  beforeAll(async () => {
    const argv = [
      'cost',
      'mobilenet-v2',
      '--width',
      '0.35',
      '--compare',
      'mobilenet-v3-small',
      '--html',
      file,
    ];
    const { code, stdout, stderr } = await sepconv(argv);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining(`wrote ${file}, `) });
    expect(stdout).toMatch(/Compared/);
    if (!hasBrowser) return;
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    page = await browser.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(file).href);
  }, 120_000);
  afterAll(async () => {
    if (hasBrowser) await browser.close();
  });

  test('needs nothing but itself', ({ skip }) => {
    const html = readFileSync(file, 'utf8');
    expect(html).not.toMatch(/(src|href)="(?!data:)/);
    expect(html.length).toBeLessThan(400_000);
    if (!hasBrowser) return skip(absent);
    expect(problems).toEqual([]);
    expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([pathToFileURL(file).href]);
  });

  test('sorts the table by the column that is pressed, both ways', async ({ skip }) => {
    if (!hasBrowser) return skip(absent);
    const column = () =>
      page.$$eval('#layers tbody td:nth-child(4)', (cells) =>
        cells.map((cell) => Number((cell as HTMLElement).dataset.value)),
      );
    const before = await column();
    await page.click('#layers th:nth-child(4) button');
    const descending = await column();
    expect(descending).toEqual(before.toSorted((a, b) => b - a));
    expect(await page.getAttribute('#layers th:nth-child(4)', 'aria-sort')).toBe('descending');
    await page.click('#layers th:nth-child(4) button');
    expect(await column()).toEqual(before.toSorted((a, b) => a - b));
    await page.click('#layers th:nth-child(1) button');
    const names = await page.$$eval('#layers tbody td:first-child', (cells) =>
      cells.map((cell) => cell.textContent ?? ''),
    );
    expect(names).toEqual(names.toSorted((a, b) => a.localeCompare(b)));
  });

  test('draws what the numbers say', async ({ skip }) => {
    if (!hasBrowser) return skip(absent);
    // One dot for each layer with multiply-adds, inside the picture.
    const dots = await page.$$eval('#roofline circle', (circles) =>
      circles.map((circle) => [Number(circle.getAttribute('cx')), Number(circle.getAttribute('cy'))]),
    );
    expect(dots).toHaveLength(53);
    for (const [x = -1, y = -1] of dots) {
      expect(x).toBeGreaterThan(50);
      expect(x).toBeLessThan(710);
      expect(y).toBeGreaterThan(5);
      expect(y).toBeLessThan(345);
    }
    const hint = await page.textContent('#types rect.type-pointwise title');
    expect(hint).toMatch(/^pointwise: 43.99 M, 74.2 %$/);
    const widths = await page.$$eval('#types g > rect', (boxes) =>
      boxes.slice(0, 4).map((box) => Number(box.getAttribute('width'))),
    );
    expect(widths.reduce((sum, width) => sum + width, 0)).toBeCloseTo(708 - 150, 0);
    expect(await page.textContent('#memory .peak text')).toMatch(/block_\d|stem/);
    expect(await page.$$eval('#memory rect', (boxes) => boxes.length)).toBeGreaterThan(40);
    expect(await page.$$eval('#comparison rect', (boxes) => boxes.length)).toBe(18);
    expect(await page.textContent('h1')).toBe('mobilenet-v2_0.35_224');
  });

  test('prints without its controls and never wider than the paper', async ({ skip }) => {
    if (!hasBrowser) return skip(absent);
    await page.emulateMedia({ media: 'print' });
    const arrow = await page.$eval(
      '#layers th button',
      (button) => getComputedStyle(button, '::after').content,
    );
    expect(arrow).toMatch(/^(""|none)$/);
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(10_000);
    await page.emulateMedia({ media: 'screen' });
  });
});

describe('a page about somebody else’s file', () => {
  test('shows names as text, whatever they are', () => {
    const builder = new GraphBuilder('<script>alert(1)</script>');
    const image = builder.input('image', [1, 4, 4, 2]);
    const evil = '"><img src=x onerror=alert(1)>/conv';
    const graph = builder.build([pointwiseConv2d(builder, image, { name: evil, filters: 2 })]);
    const html = htmlReport({ analysis: analyse('</title><b>&amp;', graph, { convention: 'exact' }) });
    expect(html).not.toMatch(/<img|<script>alert|<\/title><b>/);
    expect(html).toMatch(/&quot;&gt;&lt;img src=x onerror=alert\(1\)&gt;/);
    expect(html.match(/<script/g)).toHaveLength(1);
  });

  test('a network without arithmetic has no chart to fail on', () => {
    const builder = new GraphBuilder('nothing');
    const image = builder.input('image', [1, 4, 4, 2]);
    const graph = builder.build([builder.node('relu', [image], {})]);
    const html = htmlReport({ analysis: analyse('nothing', graph, { convention: 'timm' }) });
    expect(html).not.toMatch(/NaN|Infinity|undefined/);
  });
});
