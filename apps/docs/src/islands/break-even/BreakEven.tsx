import { separableAccount } from '@sepconv/cost-model';
import { useState } from 'preact/hooks';
import type { Language } from '../../lib/frame.js';
import { factor } from '../../lib/numbers.js';
import { Formula } from '../account/Formula.js';
import { parseSetting, ranges } from '../account/settings.js';
import { accountWords } from '../account/words.js';
import { NumberSlider } from '../controls/NumberSlider.js';

const words = {
  en: {
    most: (count: number, limit: string) =>
      count === 0
        ? `No square is filled: not even one separable layer is cheaper than the standard one (1/R\u00a0=\u00a0${limit}). `
        : `Filled squares: a sum of up to ${count} separable layers costs less than the standard one (1/R\u00a0=\u00a0${limit}). `,
    needed: (rank: number) =>
      `All squares: to write any standard layer exactly may take ${rank}, the smaller of K² and the output channels.`,
  },
  zh: {
    most: (count: number, limit: string) =>
      count === 0
        ? `没有填色的方格：连一个可分离的层也不比标准卷积便宜（1/R\u00a0=\u00a0${limit}）。`
        : `填色的方格：至多 ${count} 个可分离的层相加，仍比标准卷积便宜（1/R\u00a0=\u00a0${limit}）。`,
    needed: (rank: number) =>
      `全部方格：要精确写出任意的标准卷积，可能需要 ${rank} 个，即 K² 与输出通道数中较小的一个。`,
  },
} satisfies Record<Language, unknown>;

const names = ['kernel', 'outputChannels'] as const;

/** How many separable layers may be summed before the sum costs more than the layer that it stands for. */
export function BreakEven({ language }: { readonly language: Language }) {
  const [layer, setLayer] = useState({ kernel: 3, outputChannels: 256 });
  const { settings, slider, outOfRange } = accountWords(language);
  const t = words[language];
  const { breakEven, ratio } = separableAccount({ height: 1, width: 1, inputChannels: 1, ...layer });
  const { largestMultiplier: terms, condition } = breakEven;
  const full = Math.min(layer.kernel ** 2, layer.outputChannels);
  return (
    <section class="break-even not-content">
      <div class="break-even-knobs">
        {names.map((name) => {
          const range = ranges.find((each) => each.name === name)!;
          return (
            <NumberSlider
              key={name}
              {...settings[name]}
              sliderName={slider}
              value={layer[name]}
              stops={range.stops}
              least={range.least}
              most={range.most}
              hint={outOfRange(range.least, range.most)}
              parse={(text) => parseSetting(range, text)}
              onChange={(value) => setLayer((current) => ({ ...current, [name]: value }))}
            />
          );
        })}
      </div>
      <div class="terms" aria-hidden="true">
        {Array.from({ length: full }, (_, index) => (
          <span key={index} class={index < terms ? 'term term-saves' : 'term'} />
        ))}
      </div>
      <p aria-live="polite">
        {t.most(terms, factor(1 / ratio.value))}
        {t.needed(full)}
      </p>
      {/* A sum of T layers costs what a multiplier of T does. */}
      <Formula
        formula={{
          symbolic: condition.symbolic.replace(/^M/, 'T'),
          substituted: condition.substituted.replace(/^\d+/, 'T'),
        }}
      />
    </section>
  );
}
