/** One entry of a chart's legend: a patch of colour and its name, which stay together when lines break. */
export const Key = ({ tone, name }: { readonly tone: string; readonly name: string }) => (
  <span class="legend-entry">
    <span class={`legend-key fill-${tone}`} /> {name}
  </span>
);
