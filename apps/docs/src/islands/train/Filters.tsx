const cell = 7;
const gap = 4;
const columns = 8;
const filterSide = 3 * cell;

interface FiltersProps {
  readonly filters: readonly (readonly number[])[];
  readonly tone: string;
  readonly label: string;
}

/** 3×3 filters as cells: strong for a positive weight, hollow for a negative one, faint for one near 0. */
export function Filters({ filters, tone, label }: FiltersProps) {
  const most = Math.max(...filters.flat().map(Math.abs), 1e-9);
  const rows = Math.ceil(filters.length / columns);
  const width = columns * (filterSide + gap) - gap;
  const height = rows * (filterSide + gap) - gap;
  return (
    <svg
      class={`train-filters tone-${tone}`}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
    >
      {filters.map((filter, index) => {
        const x = (index % columns) * (filterSide + gap);
        const y = Math.floor(index / columns) * (filterSide + gap);
        return filter.map((weight, tap) => (
          <rect
            key={`${index} ${tap}`}
            x={x + (tap % 3) * cell + 0.5}
            y={y + Math.floor(tap / 3) * cell + 0.5}
            width={cell - 1}
            height={cell - 1}
            class={weight < 0 ? 'negative' : 'positive'}
            opacity={Math.abs(weight) / most}
          />
        ));
      })}
    </svg>
  );
}
