import { useId, useState } from 'preact/hooks';

/** A number that is set by a slider with chosen stops, or typed exactly. */
export interface NumberSliderProps {
  /** Its name, for the eye and the screen reader. */
  readonly label: string;
  readonly symbol: string;
  /** Set low behind the symbol. */
  readonly index?: string | undefined;
  /** What the slider is called beside the field, such as "slider". */
  readonly sliderName: string;
  readonly value: number;
  readonly stops: readonly number[];
  readonly least: number;
  readonly most: number;
  /** What to say when a typed number does not fit. */
  readonly hint: string;
  /** The number that a typed text stands for, if it fits. */
  readonly parse: (text: string) => number | undefined;
  readonly onChange: (value: number) => void;
}

/** The stop nearest to a value, by ratio, because the stops grow geometrically. */
export function nearestStop(stops: readonly number[], value: number): number {
  const distance = (stop: number): number => Math.abs(Math.log(stop / value));
  return stops.reduce((best, stop, index) => (distance(stop) < distance(stops[best]!) ? index : best), 0);
}

/** A labelled row: symbol, slider, number field. The field takes numbers between the stops. */
export function NumberSlider(props: NumberSliderProps) {
  const { label, symbol, index, value, stops, hint } = props;
  const id = useId();
  // While the field holds something that does not fit, it keeps the text and the last good number stays in force.
  const [draft, setDraft] = useState<string>();
  const bad = draft !== undefined && props.parse(draft) === undefined;
  return (
    <div class="number-slider">
      <label for={id}>
        <span class="number-slider-label">{label}</span>{' '}
        <var>
          {symbol}
          {index && <sub>{index}</sub>}
        </var>
      </label>
      <input
        type="range"
        min={0}
        max={stops.length - 1}
        step={1}
        value={nearestStop(stops, value)}
        aria-label={`${label}, ${props.sliderName}`}
        aria-valuetext={`${value}`}
        onInput={({ currentTarget }) => {
          setDraft(undefined);
          props.onChange(stops[Number(currentTarget.value)]!);
        }}
      />
      <input
        id={id}
        type="number"
        inputMode="numeric"
        min={props.least}
        max={props.most}
        step={1}
        value={draft ?? value}
        aria-invalid={bad}
        aria-describedby={bad ? `${id}-hint` : undefined}
        onInput={({ currentTarget }) => {
          setDraft(currentTarget.value);
          const parsed = props.parse(currentTarget.value);
          if (parsed !== undefined) props.onChange(parsed);
        }}
        onBlur={() => setDraft(undefined)}
      />
      {bad && (
        <p class="number-slider-hint" id={`${id}-hint`} role="alert">
          {hint}
        </p>
      )}
    </div>
  );
}
