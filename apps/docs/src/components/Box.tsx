import { boxFaces } from '../lib/isometric.js';

/** Which of the three convolutions a drawing belongs to; `data` is a feature map. */
export type Tone = 'standard' | 'depthwise' | 'pointwise' | 'data';

/** A box of cells, drawn at (x, y) of an SVG. */
export interface BoxProps {
  readonly x: number;
  readonly y: number;
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
  readonly cell: number;
  readonly tone: Tone;
}

/** A feature map or a filter as a block of cells. Colours come from `.box` in styles/figures.css. */
export function Box({ x, y, rows, columns, channels, cell, tone }: BoxProps) {
  const faces = boxFaces(rows, columns, channels, cell);
  return (
    <g class={`box box-${tone}`} transform={`translate(${x} ${y})`}>
      <path class="box-side" d={faces.side} />
      <path class="box-top" d={faces.top} />
      <path class="box-front" d={faces.front} />
      <path class="box-grid" d={faces.grid} />
    </g>
  );
}

/** How far a sheet lies below the one behind it, in units of the gap between them. */
export const sheetStep = 0.76;

/** The same, one sheet per channel with air between: channels that do not see each other. */
export function Sheets({
  x,
  y,
  rows,
  columns,
  channels,
  cell,
  tone,
  gap,
}: BoxProps & { readonly gap: number }) {
  const order = Array.from({ length: channels }, (_, index) => channels - 1 - index);
  return (
    <>
      {order.map((channel) => (
        <Box
          key={channel}
          x={x + channel * gap}
          y={y + (channels - 1 - channel) * gap * sheetStep}
          rows={rows}
          columns={columns}
          channels={1}
          cell={cell}
          tone={tone}
        />
      ))}
    </>
  );
}
