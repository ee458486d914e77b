interface TileProps {
  readonly name: string;
  readonly value: string;
  readonly note: string;
}

/** One number with its name above and what it means below; belongs into a `<dl class="tiles">`. */
export const Tile = ({ name, value, note }: TileProps) => (
  <div class="tile">
    <dt>{name}</dt>
    <dd>
      <b>{value}</b> <span>{note}</span>
    </dd>
  </div>
);
