import type { Language } from '../lib/frame.js';
import { Box, Sheets } from './Box.js';

const words = {
  en: {
    label:
      'Above, a standard convolution: each of its filters spans all channels of the input. Below, the separable one: ' +
      'a depthwise step with one flat filter per channel, then a pointwise step with one 1×1 column per output channel.',
    standard: 'standard',
    standardNote: 'C_out filters of K×K×C_in',
    depthwise: 'depthwise',
    depthwiseNote: 'C_in filters of K×K',
    pointwise: 'pointwise',
    pointwiseNote: 'C_out filters of 1×1×C_in',
  },
  zh: {
    label:
      '上：标准卷积，每个滤波器跨越输入的全部通道。下：可分离卷积，先是每个通道一个平面滤波器的深度卷积，再是每个输出通道一根 1×1 柱的逐点卷积。',
    standard: '标准卷积',
    standardNote: 'C_out 个 K×K×C_in 滤波器',
    depthwise: '深度卷积',
    depthwiseNote: 'C_in 个 K×K 滤波器',
    pointwise: '逐点卷积',
    pointwiseNote: 'C_out 个 1×1×C_in 滤波器',
  },
};

/** `C_out` with its index set low, as SVG text. */
function Symbols({ text }: { readonly text: string }) {
  // A shift of the baseline stays in force until the next one takes it back.
  const parts = text.split(/(C_in|C_out)/).map((part) => ({ part, index: /^C_(in|out)$/.exec(part)?.[1] }));
  return (
    <>
      {parts.map(({ part, index }, position) => (
        <tspan key={position} dy={position > 0 && parts[position - 1]!.index ? -3 : 0}>
          {index === undefined ? part : 'C'}
          {index !== undefined && (
            <tspan class="low" dy={3}>
              {index}
            </tspan>
          )}
        </tspan>
      ))}
    </>
  );
}

/** A name in the tone of its step, and what its filters are. */
function Label({
  x,
  y,
  tone,
  name,
  note,
}: {
  x: number;
  y: number;
  tone: string;
  name: string;
  note: string;
}) {
  return (
    <>
      <text class={`tone-${tone}`} x={x} y={y}>
        {name}
      </text>
      <text class="note" x={x} y={y + 17}>
        <Symbols text={note} />
      </text>
    </>
  );
}

const operator = (x: number, y: number, sign: string) => (
  <text class="operator" x={x} y={y}>
    {sign}
  </text>
);

/** The figure of the landing page: one layer both ways, with three input and four output channels and K = 3. */
export function TwoWays({ language }: { readonly language: Language }) {
  const t = words[language];
  const filters = [0, 1, 2, 3];
  const image = { rows: 6, columns: 6, cell: 11.5 } as const;
  const window = { rows: 3, columns: 3, cell: 12 } as const;
  return (
    <svg class="two-ways" viewBox="0 0 424 380" role="img" aria-label={t.label}>
      <Box x={2} y={34} {...image} channels={3} tone="data" />
      {operator(112, 84, '∗')}
      {filters.map((f) => (
        <Box key={f} x={134 + (f % 2) * 72} y={16 + (f >> 1) * 62} {...window} channels={3} tone="standard" />
      ))}
      {operator(300, 84, '=')}
      <Box x={322} y={29} {...image} channels={4} tone="data" />
      <Label x={134} y={160} tone="standard" name={t.standard} note={t.standardNote} />

      <path class="rule" d="M2 198H422" />

      <Sheets x={2} y={224} rows={6} columns={6} cell={9} channels={3} gap={15} tone="data" />
      {operator(105, 274, '∗')}
      <Sheets x={122} y={236} {...window} channels={3} gap={18} tone="depthwise" />
      {operator(216, 274, '∗')}
      {filters.map((f) => (
        <Box
          key={f}
          x={236 + f * 9}
          y={228 + f * 19}
          rows={1}
          columns={1}
          cell={14}
          channels={3}
          tone="pointwise"
        />
      ))}
      {operator(306, 274, '=')}
      <Box x={322} y={221} {...image} channels={4} tone="data" />
      <Label x={84} y={346} tone="depthwise" name={t.depthwise} note={t.depthwiseNote} />
      <Label x={236} y={346} tone="pointwise" name={t.pointwise} note={t.pointwiseNote} />
    </svg>
  );
}
