import { separableAccount } from '@sepconv/cost-model';
import { useState } from 'preact/hooks';
import { Box } from '../../components/Box.js';
import type { Language } from '../../lib/frame.js';
import { depthStep } from '../../lib/isometric.js';
import { exact } from '../../lib/numbers.js';
import { Formula } from '../account/Formula.js';
import { accountWords } from '../account/words.js';
import { NumberSlider } from '../controls/NumberSlider.js';

/** Which of the three convolutions is drawn. */
export type WeightsFocus = 'standard' | 'depthwise' | 'pointwise';

const words = {
  en: {
    cubes: (count: string) => `Each small cube is one weight: ${count} of them. `,
    perPixel: (macs: string) => `At every output pixel each is used once: ${macs} multiply-adds.`,
    drawing: (filters: number, size: string) => `${filters} filters of ${size} weights`,
  },
  zh: {
    cubes: (count: string) => `每个小方块是一个权重，共 ${count} 个。`,
    perPixel: (macs: string) => `在每个输出像素上各用一次：${macs} 次乘加。`,
    drawing: (filters: number, size: string) => `${filters} 个 ${size} 的卷积核`,
  },
} satisfies Record<Language, unknown>;

interface Sizes {
  readonly kernel: number;
  readonly inputChannels: number;
  readonly outputChannels: number;
}

const limits = { kernel: 5, inputChannels: 6, outputChannels: 8 } as const;
/** What each drawing depends on: the depthwise step does not know C_out, the pointwise one does not know K. */
const knobs: Readonly<Record<WeightsFocus, readonly (keyof Sizes)[]>> = {
  standard: ['kernel', 'inputChannels', 'outputChannels'],
  depthwise: ['kernel', 'inputChannels'],
  pointwise: ['inputChannels', 'outputChannels'],
};

/** The drawing has one size, so that the page below stays where it is while the sliders move. */
const frame = { width: 400, height: 220 } as const;
const gap = 22;
const mostCell = 28;
const mostColumns = 4;

/** How many filters there are, and of what size. */
function filtersOf(focus: WeightsFocus, { kernel, inputChannels, outputChannels }: Sizes) {
  if (focus === 'standard') return { count: outputChannels, side: kernel, depth: inputChannels };
  if (focus === 'depthwise') return { count: inputChannels, side: kernel, depth: 1 };
  return { count: outputChannels, side: 1, depth: inputChannels };
}

/** How the filters are laid out: in the grid in which their cells are largest. */
function layOut({ count, side, depth }: ReturnType<typeof filtersOf>) {
  const cells = { width: side + depth * depthStep.x, height: side + depth * depthStep.y };
  const grids = Array.from({ length: Math.min(count, mostColumns) }, (_, index) => {
    const columns = index + 1;
    const rows = Math.ceil(count / columns);
    const cell = Math.min(
      (frame.width - (columns - 1) * gap) / (columns * cells.width),
      (frame.height - (rows - 1) * gap) / (rows * cells.height),
      mostCell,
    );
    return { columns, rows, cell, empty: rows * columns - count };
  });
  // At most one place stays empty; of equally good grids it is the widest, in which the filters stand side by side.
  const { columns, rows, cell } = grids
    .filter(({ empty }) => empty < 2)
    .reduce((best, grid) => (grid.cell >= best.cell ? grid : best));
  const step = { x: cells.width * cell + gap, y: cells.height * cell + gap };
  return {
    cell,
    columns,
    step,
    left: (frame.width - columns * step.x + gap) / 2,
    top: (frame.height - rows * step.y + gap) / 2,
  };
}

/** All filters of one convolution, weight by weight. */
function Filters({ focus, sizes, label }: { focus: WeightsFocus; sizes: Sizes; label: string }) {
  const filters = filtersOf(focus, sizes);
  const { cell, columns, step, left, top } = layOut(filters);
  return (
    <svg viewBox={`0 0 ${frame.width} ${frame.height}`} role="img" aria-label={label}>
      {Array.from({ length: filters.count }, (_, index) => (
        <Box
          key={index}
          x={left + (index % columns) * step.x}
          y={top + Math.floor(index / columns) * step.y}
          rows={filters.side}
          columns={filters.side}
          channels={filters.depth}
          cell={cell}
          tone={focus}
        />
      ))}
    </svg>
  );
}

/** The weights of one convolution, drawn one by one, with sliders for its sizes. */
export function WeightsFigure({
  language,
  focus,
}: {
  readonly language: Language;
  readonly focus: WeightsFocus;
}) {
  const [sizes, setSizes] = useState<Sizes>({ kernel: 3, inputChannels: 3, outputChannels: 4 });
  const { settings, slider, outOfRange } = accountWords(language);
  const t = words[language];
  const account = separableAccount({ height: 1, width: 1, ...sizes })[focus];
  const { count, side, depth } = filtersOf(focus, sizes);
  const most = (name: keyof Sizes): number => limits[name];
  return (
    <section class={`weights not-content weights-${focus}`}>
      <Filters focus={focus} sizes={sizes} label={t.drawing(count, `${side}×${side}×${depth}`)} />
      <div class="weights-side">
        {knobs[focus].map((name) => (
          <NumberSlider
            key={name}
            {...settings[name]}
            sliderName={slider}
            value={sizes[name]}
            stops={Array.from({ length: most(name) }, (_, index) => index + 1)}
            least={1}
            most={most(name)}
            hint={outOfRange(1, most(name))}
            parse={(text) => {
              const value = /^\s*\d+\s*$/.test(text) ? Number(text) : 0;
              return value >= 1 && value <= most(name) ? value : undefined;
            }}
            onChange={(value) => setSizes((current) => ({ ...current, [name]: value }))}
          />
        ))}
        <p class="weights-count" aria-live="polite">
          {t.cubes(exact(account.params, language))}
          {t.perPixel(exact(account.macs, language))}
        </p>
        <Formula formula={account.formulas.params} />
      </div>
    </section>
  );
}
