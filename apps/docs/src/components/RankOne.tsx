import type { Language } from '../lib/frame.js';
import { DiagramLabel, Operator } from './DiagramLabel.js';

const words = {
  en: {
    label:
      'The depthwise filter of a channel as a column of nine weights, times its pointwise weights as a row of six: a matrix ' +
      'of nine by six, in which every column is the same column, stronger or weaker.',
    column: 'depthwise',
    columnNote: 'K² weights',
    row: 'pointwise',
    rowNote: 'C_out weights',
    matrix: 'product, rank 1',
    matrixNote: 'K²·C_out weights',
  },
  zh: {
    label:
      '一个通道的深度卷积核是九个权重的一列，乘以它的逐点权重，六个权重的一行：得到九乘六的矩阵，每一列都是同一列，只是强弱不同。',
    column: '深度卷积',
    columnNote: 'K² 个权重',
    row: '逐点卷积',
    rowNote: 'C_out 个权重',
    matrix: '乘积，秩为 1',
    matrixNote: 'K²·C_out 个权重',
  },
} satisfies Record<Language, unknown>;

/** Weights by their strength, from 0 to 1: a soft spot of 3×3, and how six filters use it. */
const column = [0.25, 0.55, 0.25, 0.55, 1, 0.55, 0.25, 0.55, 0.25];
const row = [0.9, 0.25, 0.6, 0.1, 1, 0.4];
const cell = 15;

interface CellsProps {
  readonly x: number;
  readonly y: number;
  readonly tone: 'standard' | 'depthwise' | 'pointwise';
  /** Strengths, row by row. */
  readonly rows: readonly (readonly number[])[];
}

const Cells = ({ x, y, tone, rows }: CellsProps) => (
  <g class={`weight-cells tone-${tone}`}>
    {rows.map((strengths, i) =>
      strengths.map((strength, j) => (
        <rect
          key={`${i} ${j}`}
          x={x + j * cell}
          y={y + i * cell}
          width={cell - 1.5}
          height={cell - 1.5}
          rx={2}
          fill-opacity={strength}
        />
      )),
    )}
  </g>
);

/** What a separable layer does with one channel: one column times one row. */
export function RankOne({ language }: { readonly language: Language }) {
  const t = words[language];
  return (
    <svg class="diagram one-output" viewBox="0 0 440 190" role="img" aria-label={t.label}>
      <Cells x={2} y={4} tone="depthwise" rows={column.map((strength) => [strength])} />
      <Operator x={70} y={78} sign="×" />
      <Cells x={128} y={64} tone="pointwise" rows={[row]} />
      <Operator x={252} y={78} sign="=" />
      <Cells x={282} y={4} tone="standard" rows={column.map((d) => row.map((p) => d * p))} />
      <DiagramLabel x={2} y={164} tone="depthwise" name={t.column} note={t.columnNote} />
      <DiagramLabel x={128} y={164} tone="pointwise" name={t.row} note={t.rowNote} />
      <DiagramLabel x={282} y={164} tone="standard" name={t.matrix} note={t.matrixNote} />
    </svg>
  );
}
