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

interface DiagramLabelProps {
  readonly x: number;
  readonly y: number;
  /** Whose tone it has; none for a feature map. */
  readonly tone?: 'standard' | 'depthwise' | 'pointwise';
  readonly name: string;
  /** Its size, or what its filters are. */
  readonly note: string;
}

/** What a part of a diagram is, and its size below. Set in styles/figures.css. */
export const DiagramLabel = ({ x, y, tone, name, note }: DiagramLabelProps) => (
  <>
    <text class={tone === undefined ? 'map' : `tone-${tone}`} x={x} y={y}>
      {name}
    </text>
    <text class="note" x={x} y={y + 18}>
      <Symbols text={note} />
    </text>
  </>
);

/** A sign between two parts: `∗` or `=`. */
export const Operator = ({
  x,
  y,
  sign,
}: {
  readonly x: number;
  readonly y: number;
  readonly sign: string;
}) => (
  <text class="operator" x={x} y={y}>
    {sign}
  </text>
);
