import type { Language } from '../lib/frame.js';
import { depthStep } from '../lib/isometric.js';
import { short } from '../lib/numbers.js';
import { Box } from './Box.js';
import { DiagramLabel } from './DiagramLabel.js';

const words = {
  en: {
    label: (bytes: string) =>
      `Layer by layer, the depthwise step writes ${bytes} to memory, which the pointwise step reads again. ` +
      'Together, they hold a few rows at a time.',
    depthwise: 'depthwise',
    pointwise: 'pointwise',
    apart: 'one step after the other',
    apartNote: (bytes: string) => `${bytes} written to memory, and read again`,
    together: 'both steps, strip by strip',
    togetherNote: 'a few rows at a time, in the nearest cache',
  },
  zh: {
    label: (bytes: string) =>
      `逐层计算时，深度卷积把 ${bytes} 写进内存，逐点卷积再读出来。合在一起时，每次只留几行。`,
    depthwise: '深度卷积',
    pointwise: '逐点卷积',
    apart: '一步做完再做下一步',
    apartNote: (bytes: string) => `${bytes} 写进内存，再读出来`,
    together: '两步一起，逐条带计算',
    togetherNote: '每次几行，留在最近的缓存里',
  },
} satisfies Record<Language, unknown>;

const cell = 10;
const image = { rows: 6, columns: 6, cell, tone: 'data' } as const;
/** Of a feature map with four channels; one with six is as much higher as its back is. */
const top = 4 * cell * depthStep.y;

const arrow = 78;

const Arrow = ({
  x,
  y,
  name,
  tone,
}: {
  x: number;
  y: number;
  name: string;
  tone: 'depthwise' | 'pointwise';
}) => (
  <>
    <text class={`tone-${tone} step`} x={x + arrow / 2} y={y - 9}>
      {name}
    </text>
    <path class="flow" d={`M${x} ${y}h${arrow}m-6 -4l6 4l-6 4`} />
  </>
);

interface RowProps {
  readonly y: number;
  /** Rows of what lies between the steps that are held at a time. */
  readonly held: number;
  readonly name: string;
  readonly note: string;
  readonly language: Language;
}

/** Input, what lies between, output. */
function Row({ y, held, name, note, language }: RowProps) {
  const t = words[language];
  const middle = y + top + (image.rows * cell) / 2;
  return (
    <>
      <Box x={2} y={y} {...image} channels={4} />
      <Arrow x={96} y={middle} name={t.depthwise} tone="depthwise" />
      <Box
        x={188}
        y={middle - (held * cell) / 2 - top}
        {...image}
        rows={held}
        channels={4}
        tone="depthwise"
      />
      <Arrow x={281} y={middle} name={t.pointwise} tone="pointwise" />
      <Box x={366} y={y - 2 * cell * depthStep.y} {...image} channels={6} />
      <DiagramLabel x={2} y={y + top + image.rows * cell + 24} name={name} note={note} />
    </>
  );
}

/** Why the two steps are computed together: what lies between them need not go to memory. */
export function KeptNear({ language, bytes }: { readonly language: Language; readonly bytes: number }) {
  const t = words[language];
  const size = `${short(bytes)}B`;
  return (
    <svg class="diagram one-output" viewBox="0 0 462 296" role="img" aria-label={t.label(size)}>
      <Row y={12} held={6} name={t.apart} note={t.apartNote(size)} language={language} />
      <Row y={170} held={1} name={t.together} note={t.togetherNote} language={language} />
    </svg>
  );
}
