import type { Language } from '../lib/frame.js';
import { Box, Sheets } from './Box.js';
import { DiagramLabel, Operator } from './DiagramLabel.js';

const words = {
  en: {
    label:
      'Above, a standard convolution: each of its filters spans all channels of the input. Below, the separable one: ' +
      'a depthwise step with one flat filter per channel, then a pointwise step with one 1×1 column per output channel.',
    input: 'input',
    output: 'output',
    standard: 'standard',
    standardNote: 'C_out filters of K×K×C_in',
    depthwise: 'depthwise',
    depthwiseNote: 'C_in filters of K×K',
    pointwise: 'pointwise',
    pointwiseNote: 'C_out filters of 1×1×C_in',
  },
  zh: {
    label:
      '上：标准卷积，每个卷积核跨越输入的全部通道。下：可分离卷积，先是每个通道一个平面卷积核的深度卷积，再是每个输出通道一根 1×1 柱的逐点卷积。',
    input: '输入',
    output: '输出',
    standard: '标准卷积',
    standardNote: 'C_out 个 K×K×C_in 卷积核',
    depthwise: '深度卷积',
    depthwiseNote: 'C_in 个 K×K 卷积核',
    pointwise: '逐点卷积',
    pointwiseNote: 'C_out 个 1×1×C_in 卷积核',
  },
};

/** The figure of the landing page: one layer both ways, with three input and four output channels and K = 3. */
export function TwoWays({ language }: { readonly language: Language }) {
  const t = words[language];
  const filters = [0, 1, 2, 3];
  const image = { rows: 6, columns: 6, cell: 11.5 } as const;
  const window = { rows: 3, columns: 3, cell: 12 } as const;
  return (
    <svg class="diagram two-ways" viewBox="0 0 424 380" role="img" aria-label={t.label}>
      <Box x={2} y={34} {...image} channels={3} tone="data" />
      <Operator x={112} y={84} sign="∗" />
      {filters.map((f) => (
        <Box key={f} x={134 + (f % 2) * 72} y={16 + (f >> 1) * 62} {...window} channels={3} tone="standard" />
      ))}
      <Operator x={300} y={84} sign="=" />
      <Box x={322} y={29} {...image} channels={4} tone="data" />
      <DiagramLabel x={2} y={160} name={t.input} note="H×W×C_in" />
      <DiagramLabel x={134} y={160} tone="standard" name={t.standard} note={t.standardNote} />
      <DiagramLabel x={322} y={160} name={t.output} note="H×W×C_out" />

      <path class="rule" d="M2 198H422" />

      <Sheets x={2} y={224} rows={6} columns={6} cell={9} channels={3} gap={15} tone="data" />
      <Operator x={105} y={274} sign="∗" />
      <Sheets x={122} y={236} {...window} channels={3} gap={18} tone="depthwise" />
      <Operator x={216} y={274} sign="∗" />
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
      <Operator x={306} y={274} sign="=" />
      <Box x={322} y={221} {...image} channels={4} tone="data" />
      <DiagramLabel x={84} y={346} tone="depthwise" name={t.depthwise} note={t.depthwiseNote} />
      <DiagramLabel x={236} y={346} tone="pointwise" name={t.pointwise} note={t.pointwiseNote} />
    </svg>
  );
}
