/** @file `node test/support/social-card.ts`: draws public/social-card*.png, the pictures that a link to the site is shown with. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { separableAccount } from '@sepconv/cost-model';
import { findChromium, launchChromium } from './browser.ts';

const { resolve } = createRequire(import.meta.url);
const font = (path: string): string =>
  `data:font/woff2;base64,${readFileSync(resolve(path)).toString('base64')}`;

const { standard, depthwise, pointwise, separable, ratio } = separableAccount({
  height: 56,
  width: 56,
  inputChannels: 128,
  outputChannels: 256,
  kernel: 3,
});
const share = (macs: number): string => `${(100 * macs) / standard.macs}%`;
const times = (1 / ratio.value).toFixed(2);
const counted = (value: number): string => new Intl.NumberFormat('en-US').format(value);

const words = {
  en: {
    file: 'social-card.png',
    title: 'Convolution in two small steps',
    text: 'Depthwise separable convolution in TypeScript: understand it, cost it, check it, run it.',
    standard: 'standard',
    separable: 'depthwise + pointwise',
    macs: 'multiply-adds',
    less: `${times} times fewer`,
  },
  zh: {
    file: 'social-card-zh.png',
    title: '把卷积拆成两小步',
    text: '用 TypeScript 学懂深度可分离卷积：看懂它，算清它，验证它，运行它。',
    standard: '标准卷积',
    separable: '深度卷积 + 逐点卷积',
    macs: '次乘加',
    less: `减少到 1/${times}`,
  },
};

const page = (t: (typeof words)['en']): string => `<!doctype html><meta charset="utf-8"><style>
@font-face { font-family: "Card Serif"; src: url(${font('@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-normal.woff2')}); font-weight: 200 900 }
@font-face { font-family: "Card Sans"; src: url(${font('@fontsource-variable/inter/files/inter-latin-wght-normal.woff2')}); font-weight: 100 900 }
* { margin: 0; box-sizing: border-box }
body { width: 1200px; height: 630px; padding: 64px 84px; background: #fdfcfa; color: #4b505b; font: 30px/1.45 "Card Sans", "Noto Sans CJK SC"; display: flex; flex-direction: column }
h1 { color: #1d2026; font: 600 72px/1.1 "Card Serif", "Noto Serif CJK SC"; letter-spacing: -.015em }
p { max-width: 1000px; margin-top: 18px; text-wrap: balance }
dl { margin-top: auto; display: grid; grid-template-columns: 1fr; gap: 14px; font-size: 24px }
dt { display: flex; justify-content: space-between; margin-bottom: 8px }
i { display: flex; height: 34px; border-radius: 6px; overflow: hidden }
b { display: block; height: 100%; font-weight: 400 }
em { font-style: normal; color: #686d78 }
footer { margin-top: 34px; display: flex; justify-content: space-between; font-size: 26px; color: #1d2026; font-weight: 600 }
</style><h1>${t.title}</h1><p>${t.text}</p>
<dl>
<div><dt><span style="color:#a8471b">${t.standard}</span><em>${counted(standard.macs)} ${t.macs}</em></dt><i><b style="width:100%;background:#a8471b"></b></i></div>
<div><dt><span style="color:#7438a8">${t.separable}</span><em>${counted(separable.macs)} ${t.macs}</em></dt>
<i><b style="width:${share(depthwise.macs)};min-width:5px;background:#0b7067"></b><b style="width:${share(pointwise.macs)};background:#7438a8"></b></i></div>
</dl><footer><span>sepconv</span><span>${t.less}</span></footer>`;

const chromium = findChromium();
if (chromium === undefined) throw new Error('no Chromium found: install it, or set CHROMIUM_PATH');
const browser = await launchChromium(chromium);
try {
  for (const t of Object.values(words)) {
    const tab = await browser.newPage({ viewport: { width: 1200, height: 630 } });
    await tab.setContent(page(t));
    await tab.evaluate(() => document.fonts.ready);
    writeFileSync(new URL(`../../public/${t.file}`, import.meta.url), await tab.screenshot());
  }
} finally {
  await browser.close();
}
