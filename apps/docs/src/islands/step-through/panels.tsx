/** @file The two drawings: one layer in the standard form, and in two steps. */
import type { Tensor } from '@sepconv/tensor';
import { type Example, size } from './example.js';
import { Grid, type Mark } from './Grid.js';
import type { Position, Step } from './walk.js';
import type { StepWords } from './words.js';

/** What a panel shows: the example, and where its walk stands. */
export interface PanelProps {
  readonly example: Example;
  readonly position: Position | undefined;
  readonly words: StepWords;
}

const { input, output, kernel, inputChannels, outputChannels } = size;
const inputs = Array.from({ length: inputChannels }, (_, channel) => channel);
const outputs = Array.from({ length: outputChannels }, (_, channel) => channel);

const cell = 20;
const small = 17;
/** The space from one filter to the next. */
const filterGap = 8;
/** Left edges: three wide grids, three narrow ones centred below them, four narrow ones. */
const wideAt = (channel: number): number => channel * 118;
const narrowAt = (channel: number, width = kernel * cell): number =>
  wideAt(channel) + (input * cell - width) / 2;
const outputAt = (channel: number): number => channel * 92;

/** An element of an image `[1, H, W, C]`. */
const pixel =
  ({ data, shape }: Tensor, channel: number) =>
  (y: number, x: number): number =>
    data[(y * shape[2]! + x) * shape[3]! + channel]!;

/** A weight `[K, K, C, M]` of one channel and output. */
const weightOf =
  ({ data, shape }: Tensor, channel: number, out: number) =>
  (i: number, j: number): number =>
    data[((i * shape[1]! + j) * shape[2]! + channel) * shape[3]! + out]!;

/** Marks of an image that is read: the window of the step, and the element that is read now. */
function readMark(position: Position | undefined, channel: number, kinds: readonly Step['kind'][]) {
  return (y: number, x: number): Mark => {
    if (position === undefined || !kinds.includes(position.step.kind)) return 'plain';
    const { from } = position.tap;
    if (from.channel === channel && from.y === y && from.x === x) return 'tap';
    const read = position.step.taps.some(
      (tap) => tap.from.channel === channel && tap.from.y === y && tap.from.x === x,
    );
    return read ? 'window' : 'plain';
  };
}

/** Marks of an image that is written: what is there already, what is being computed, what is not there yet. */
function writeMark(position: Position | undefined, channel: number, kind: Step['kind'], isLater = false) {
  return (y: number, x: number): Mark => {
    if (position === undefined) return 'plain';
    const { step } = position;
    if (step.kind !== kind) return isLater ? 'empty' : 'plain';
    const place = (channel * output + y) * output + x;
    const current = (step.to.channel * output + step.to.y) * output + step.to.x;
    return place < current ? 'plain' : place === current ? 'target' : 'empty';
  };
}

/** Marks of a filter: whether it is in use, and the weight that is used now. */
function weightMark(position: Position | undefined, kind: Step['kind'], channel: number, out?: number) {
  return (i: number, j: number): Mark => {
    if (position?.step.kind !== kind) return 'plain';
    const { step, tap } = position;
    if (out !== undefined && step.to.channel !== out) return 'plain';
    if (tap.from.channel === channel && tap.i === i && tap.j === j) return 'tap';
    return kind === 'depthwise' && tap.from.channel !== channel ? 'plain' : 'window';
  };
}

const Title = ({ y, text }: { readonly y: number; readonly text: string }) => (
  <text class="panel-title" x={0} y={y}>
    {text}
  </text>
);

function Input({ example, position, words }: PanelProps) {
  return (
    <>
      <Title y={11} text={`${words.input} ${input}×${input}×${inputChannels}`} />
      {inputs.map((channel) => (
        <Grid
          key={channel}
          x={wideAt(channel)}
          y={18}
          rows={input}
          columns={input}
          cell={cell}
          value={pixel(example.input, channel)}
          mark={readMark(position, channel, ['standard', 'depthwise'])}
        />
      ))}
    </>
  );
}

function Output(props: PanelProps & { readonly tensor: Tensor; readonly kind: Step['kind'] }) {
  return (
    <g class="panel-output">
      <Title y={413} text={`${props.words.output} ${output}×${output}×${outputChannels}`} />
      {outputs.map((channel) => (
        <Grid
          key={channel}
          x={outputAt(channel)}
          y={420}
          rows={output}
          columns={output}
          cell={cell}
          value={pixel(props.tensor, channel)}
          mark={writeMark(props.position, channel, props.kind, true)}
        />
      ))}
    </g>
  );
}

/** The standard form: four filters, each as deep as the input. */
export function StandardPanel(props: PanelProps & { readonly label: string }) {
  const { example, position, words } = props;
  return (
    <svg class="panel panel-standard" viewBox="0 0 336 482" role="img" aria-label={props.label}>
      <Input {...props} />
      <Title y={143} text={`${words.filters(outputChannels)} ${kernel}×${kernel}×${inputChannels}`} />
      {outputs.map((out) =>
        inputs.map((channel) => (
          <Grid
            key={`${out} ${channel}`}
            x={narrowAt(channel, kernel * small)}
            y={152 + out * (kernel * small + filterGap)}
            rows={kernel}
            columns={kernel}
            cell={small}
            value={weightOf(example.standardWeight, channel, out)}
            mark={weightMark(position, 'standard', channel, out)}
          />
        )),
      )}
      <Output {...props} tensor={example.standardOutput} kind="standard" />
    </svg>
  );
}

/** The separable form: one flat filter per channel, an image between, one row of weights per output channel. */
export function SeparablePanel(props: PanelProps & { readonly label: string }) {
  const { example, position, words } = props;
  const afterDepthwise = position?.step.kind === 'pointwise' ? undefined : position;
  return (
    <svg class="panel panel-separable" viewBox="0 0 336 482" role="img" aria-label={props.label}>
      <g class="panel-depthwise">
        <Input {...props} />
        <Title y={149} text={`${words.filters(inputChannels)} ${kernel}×${kernel}`} />
        {inputs.map((channel) => (
          <Grid
            key={channel}
            x={narrowAt(channel)}
            y={157}
            rows={kernel}
            columns={kernel}
            cell={cell}
            value={weightOf(example.depthwiseWeight, channel, 0)}
            mark={weightMark(position, 'depthwise', channel)}
          />
        ))}
      </g>
      <Title y={250} text={`${words.middle} ${output}×${output}×${inputChannels}`} />
      <g class={position?.step.kind === 'pointwise' ? 'panel-pointwise' : 'panel-depthwise'}>
        {inputs.map((channel) => (
          <Grid
            key={channel}
            x={narrowAt(channel)}
            y={258}
            rows={output}
            columns={output}
            cell={cell}
            value={pixel(example.middle, channel)}
            mark={
              afterDepthwise === undefined
                ? readMark(position, channel, ['pointwise'])
                : writeMark(afterDepthwise, channel, 'depthwise')
            }
          />
        ))}
      </g>
      <g class="panel-pointwise">
        <Title y={350} text={`${words.filters(outputChannels)} 1×1×${inputChannels}`} />
        {outputs.map((out) =>
          inputs.map((channel) => (
            <Grid
              key={`${out} ${channel}`}
              x={outputAt(out) + channel * cell}
              y={358}
              rows={1}
              columns={1}
              cell={cell}
              value={weightOf(example.pointwiseWeight, channel, out)}
              mark={weightMark(position, 'pointwise', channel, out)}
            />
          )),
        )}
        <Output {...props} tensor={example.separableOutput} kind="pointwise" />
      </g>
    </svg>
  );
}
