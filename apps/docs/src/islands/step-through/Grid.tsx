/** What a cell is at the moment: outside of it all, in the window, meeting its partner, being computed, or still empty. */
export type Mark = 'plain' | 'window' | 'tap' | 'target' | 'empty';

/** One channel of an image or a filter as cells with numbers. */
export interface GridProps {
  readonly x: number;
  readonly y: number;
  readonly rows: number;
  readonly columns: number;
  readonly cell: number;
  readonly value: (row: number, column: number) => number;
  readonly mark: (row: number, column: number) => Mark;
}

/** A minus sign as wide as a digit. */
const written = (value: number): string => (value < 0 ? `−${-value}` : `${value}`);

/** Cells from left to right and from top to bottom, their corner at (x, y). Colours are in styles/step-through.css. */
export function Grid({ x, y, rows, columns, cell, value, mark }: GridProps) {
  const cells = Array.from({ length: rows * columns }, (_, index) => {
    const row = Math.floor(index / columns);
    const column = index % columns;
    const state = mark(row, column);
    return (
      <g key={index} class={`cell cell-${state}`} transform={`translate(${column * cell} ${row * cell})`}>
        <rect width={cell - 1} height={cell - 1} rx={2} />
        {state !== 'empty' && state !== 'target' && (
          <text x={(cell - 1) / 2} y={cell * 0.69} font-size={Math.min(cell * 0.58, 11)}>
            {written(value(row, column))}
          </text>
        )}
      </g>
    );
  });
  return <g transform={`translate(${x} ${y})`}>{cells}</g>;
}
