import type { LayerReport, QuantizeReport } from '@sepconv/quantize';
import type { Language } from '../../lib/frame.js';
import { exact, percent } from '../../lib/numbers.js';
import { Tile } from '../explorer/Tile.js';
import { SavedFile } from '../model/SavedFile.js';
import type { Quantized } from './protocol.js';
import type { QuantizeWords } from './words.js';

interface ReportProps {
  readonly report: QuantizeReport;
  readonly words: QuantizeWords;
  readonly language: Language;
}

const threeDigits = (value: number): string => String(Number(value.toPrecision(3)));

const decibels = (value: number | null | undefined, words: QuantizeWords): string => {
  if (value === null || value === undefined) return '';
  return value === Infinity ? words.exact : `${value.toFixed(1)} dB`;
};

function Totals({ report, words, language }: ReportProps) {
  const { counts, bytesBefore, bytesAfter, agreement, agreementOn } = report;
  const { sameTop, outputError, samples } = agreement;
  return (
    <dl class="tiles">
      <Tile
        name={words.bytes}
        value={exact(bytesAfter, language)}
        note={words.bytesNote(exact(bytesBefore, language))}
      />
      <Tile
        name={words.layers}
        value={exact(counts.integer, language)}
        note={words.layersNote(counts.moved, counts.float)}
      />
      <Tile
        name={sameTop === undefined ? words.error : words.sameTop}
        value={percent(sameTop ?? outputError, language)}
        note={words.on[agreementOn](samples)}
      />
      <Tile name={words.noise} value={decibels(agreement.outputSqnr, words)} note={words.noiseNote} />
    </dl>
  );
}

const Row = ({ layer, words }: { readonly layer: LayerReport; readonly words: QuantizeWords }) => (
  <tr>
    <th scope="row">{layer.name}</th>
    <td>{layer.op}</td>
    <td class="size">
      {layer.observed && `${threeDigits(layer.observed.min)} … ${threeDigits(layer.observed.max)}`}
    </td>
    <td class="number">{layer.stored && threeDigits(layer.stored.scale)}</td>
    <td class="number">{decibels(layer.weights?.sqnr, words)}</td>
    <td class="number">{decibels(layer.sqnr, words)}</td>
    <td lang="en">{layer.why}</td>
  </tr>
);

/** What became of each layer: its range and scale, the noise of its weights and of its result, and why it stays real. */
function Layers({ report, words }: ReportProps) {
  const { columns } = words;
  const label = words.table(report.layers.length);
  const numbers = [columns.scale, columns.weights, columns.noise];
  return (
    <details>
      <summary>{label}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="layer-table-frame" aria-label={label} tabIndex={0}>
        <table class="layer-table quantize-table">
          <thead>
            <tr>
              {[columns.layer, columns.op, columns.range].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
              {numbers.map((name) => (
                <th key={name} scope="col" class="number">
                  {name}
                </th>
              ))}
              <th scope="col">{columns.why}</th>
            </tr>
          </thead>
          <tbody>
            {report.layers.map((layer) => (
              <Row key={layer.name} layer={layer} words={words} />
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}

interface ViewProps {
  readonly quantized: Quantized;
  readonly words: QuantizeWords;
  readonly language: Language;
}

/** A quantized network: totals, every layer, what was done, and its files. */
export function QuantizeReportView({ quantized, words, language }: ViewProps) {
  const { report, files } = quantized;
  return (
    <>
      <Totals {...{ report, words, language }} />
      <div class="quantize-files">
        {files.map((file) => (
          <SavedFile key={file.name} file={file} words={words} />
        ))}
      </div>
      {report.steps.length > 0 && (
        <ul class="explorer-note" lang="en">
          {report.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ul>
      )}
      <Layers {...{ report, words, language }} />
    </>
  );
}
