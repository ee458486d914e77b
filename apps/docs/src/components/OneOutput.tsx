import type { Language } from '../lib/frame.js';
import { depthStep } from '../lib/isometric.js';
import { Box, Sheets, sheetStep } from './Box.js';
import { DiagramLabel, Operator } from './DiagramLabel.js';

/** Which of the three convolutions is drawn. */
type Step = 'standard' | 'depthwise' | 'pointwise';

interface Words {
  readonly input: string;
  readonly number: string;
  /** What the output number is one of. */
  readonly of: (size: string) => string;
  readonly filter: Readonly<Record<Step, string>>;
  readonly label: Readonly<Record<Step, string>>;
}

const words: Readonly<Record<Language, Words>> = {
  en: {
    input: 'input',
    number: 'one number',
    of: (size) => `of ${size}`,
    filter: { standard: 'one filter', depthwise: 'its own filter', pointwise: 'one filter' },
    label: {
      standard:
        'A window of the input, through all of its channels, meets a filter of the same size: one number.',
      depthwise:
        'A window of one channel meets the flat filter of that channel: one number, in the same channel.',
      pointwise: 'One pixel of the input, through all of its channels, meets a 1×1 filter: one number.',
    },
  },
  zh: {
    input: '输入',
    number: '一个数',
    of: (size) => `属于 ${size}`,
    filter: { standard: '一个卷积核', depthwise: '它的卷积核', pointwise: '一个卷积核' },
    label: {
      standard: '输入的一个窗口，贯穿所有通道，与同样大小的卷积核相遇：得到一个数。',
      depthwise: '一个通道的一个窗口，与该通道的平面卷积核相遇：得到同一通道里的一个数。',
      pointwise: '输入的一个像素，贯穿所有通道，与一个 1×1 的卷积核相遇：得到一个数。',
    },
  },
};

const image = { rows: 6, columns: 6 } as const;
const cell = 13;
/** The front channel of what is drawn as separate sheets, which are smaller and overlap. */
const sheet = { cell: 10.5, gap: 17, channels: 3 } as const;
const sheetsDrop = (sheet.channels - 1) * sheet.gap * sheetStep;

/** What the filter is: its side, and how many channels it goes through. */
const filters = {
  standard: { side: 3, channels: 3, size: 'K×K×C_in' },
  depthwise: { side: 3, channels: 1, size: 'K×K' },
  pointwise: { side: 1, channels: 3, size: '1×1×C_in' },
} as const satisfies Record<Step, unknown>;

/** A cell on the front of a box that begins at (x, y) and is so many channels deep. */
function FrontCell(props: {
  x: number;
  y: number;
  side: number;
  depth: number;
  at: readonly [number, number];
  step: Step;
}) {
  const { x, y, side, depth, at, step } = props;
  const [row, column] = at;
  return (
    <g class={`box box-${step}`}>
      <path
        class="box-side"
        d={`M${x + column * side} ${y + depth * side * depthStep.y + row * side}h${side}v${side}h${-side}z`}
      />
    </g>
  );
}

/** The input with the window in the tone of its step: at the corner, where one sees how deep it goes. */
function Input({ step }: { readonly step: Step }) {
  const { side, channels } = filters[step];
  const window = { rows: side, columns: side, channels, tone: step } as const;
  if (step === 'depthwise') {
    return (
      <>
        <Sheets x={2} y={22} {...image} {...sheet} tone="data" />
        <Box x={2 + (image.columns - side) * sheet.cell} y={22 + sheetsDrop} {...window} cell={sheet.cell} />
      </>
    );
  }
  return (
    <>
      <Box x={2} y={22} {...image} cell={cell} channels={3} tone="data" />
      <Box x={2 + (image.columns - side) * cell} y={22} {...window} cell={cell} />
    </>
  );
}

/** The output with the number that the window gives. */
function Output({ step }: { readonly step: Step }) {
  if (step === 'depthwise') {
    return (
      <>
        <Sheets x={322} y={22} {...image} {...sheet} tone="data" />
        <FrontCell x={322} y={22 + sheetsDrop} side={sheet.cell} depth={1} at={[1, 4]} step={step} />
      </>
    );
  }
  return (
    <>
      <Box x={322} y={16.5} {...image} cell={cell} channels={4} tone="data" />
      <FrontCell
        x={322}
        y={16.5}
        side={cell}
        depth={4}
        at={step === 'standard' ? [1, 4] : [0, 5]}
        step={step}
      />
    </>
  );
}

/** How one output number of a step comes about: a window, a filter, and their sum of products. */
export function OneOutput({ language, step }: { readonly language: Language; readonly step: Step }) {
  const t = words[language];
  const { side, channels, size } = filters[step];
  const outputSize = step === 'depthwise' ? 'H×W×C_in' : 'H×W×C_out';
  const filterCell = 17;
  return (
    <svg class="diagram one-output" viewBox="0 0 440 172" role="img" aria-label={t.label[step]}>
      <Input step={step} />
      <Operator x={140} y={84} sign="∗" />
      <Box
        x={175}
        y={74 - ((side + channels * depthStep.y) * filterCell) / 2}
        rows={side}
        columns={side}
        channels={channels}
        cell={filterCell}
        tone={step}
      />
      <Operator x={292} y={84} sign="=" />
      <Output step={step} />
      <DiagramLabel x={2} y={146} name={t.input} note="H×W×C_in" />
      <DiagramLabel x={175} y={146} tone={step} name={t.filter[step]} note={size} />
      <DiagramLabel x={322} y={146} name={t.number} note={t.of(outputSize)} />
    </svg>
  );
}
