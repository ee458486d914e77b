import { formatShape } from '@sepconv/tensor';
import type { ValueCheck } from '../compare/compare-values.js';
import { printable } from '../errors.js';
import { type EngineReport, engineText } from '../measure-graphs.js';
import { heading, paragraphs, type Style, shorten, table } from './text.js';

/** Every value that a network and a dump share. */
export interface CompareReport {
  readonly title: string;
  readonly against: string;
  readonly engine: EngineReport;
  readonly tolerance: number;
  /** In the order of the network, without the inputs. */
  readonly values: readonly ValueCheck[];
  /** Values of the network that the dump does not have, and the other way round. */
  readonly notInDump: number;
  readonly notInNetwork: number;
  /** The first value that is something else even when it is computed from the dump's own numbers. */
  readonly culprit?: ValueCheck;
}

/** Values that fit one screen with everything around them. */
const screenful = 14;

const scientific = (value: number): string => (value === 0 ? '0' : value.toExponential(2));

/** The values that differ by more than is tolerated, in order. */
export const different = ({
  values,
  tolerance,
}: Pick<CompareReport, 'values' | 'tolerance'>): readonly ValueCheck[] =>
  values.filter(({ relative }) => relative > tolerance);

/** What is wrong, and where it begins. */
function verdict(report: CompareReport): string {
  const { values, tolerance, culprit } = report;
  const [first] = different(report);
  if (first === undefined) {
    const most = values.reduce((worst, { relative }) => Math.max(worst, relative), 0);
    return `All ${values.length} values are within ${tolerance} of their range; the most that one differs by is ${scientific(most)}.`;
  }
  const count = `${different(report).length} of ${values.length} values differ by more than ${tolerance} of their range; the first is "${printable(first.fileName)}" (${first.op}), by ${scientific(first.relative)}.`;
  if (culprit === undefined) {
    return `${count} None does when it is computed from the dump's own numbers of the values before it: each op computes the same, and small differences grow on the way.`;
  }
  const where = culprit.name === first.name ? 'It' : `"${printable(culprit.fileName)}" (${culprit.op})`;
  return `${count} ${where} differs by ${scientific(culprit.relative)} when it is computed from the dump's own numbers of the values before it: the ops from there to it compute something else than the dump's runtime did.`;
}

/** The values as a table: all in order where they fit a screen or are asked for, else those that differ most. */
export function compareReport(report: CompareReport, style: Style, isComplete: boolean): string {
  const { values, title, against, engine, tolerance, notInDump, notInNetwork } = report;
  const isCut = !isComplete && values.length > screenful;
  const shown = isCut ? values.toSorted((a, b) => b.relative - a.relative).slice(0, screenful) : values;
  const nameWidth = Math.max(12, style.width - 2 - (2 + 20) - (2 + 14) - 2 * (2 + 8));
  const rows = shown.map(({ fileName, op, shape, range, relative }) => [
    shorten(printable(fileName), nameWidth),
    shorten(op, 20),
    shorten(formatShape(shape), 14),
    scientific(range),
    relative > tolerance ? style.colors.red(scientific(relative)) : scientific(relative),
  ]);
  const columns = [
    { title: 'value', align: 'left' as const },
    { title: 'op', align: 'left' as const },
    { title: 'shape', align: 'left' as const },
    { title: 'range' },
    { title: 'of it' },
  ];
  const more = isCut
    ? `  the ${screenful} of ${values.length} values that differ most; --all lists every one\n`
    : '';
  return [
    heading(`${printable(title)} beside ${printable(against)}`, style),
    table(columns, rows, style),
    more,
    '\n',
    paragraphs(
      [
        verdict(report),
        `Engine ${engineText(engine)}. ${notInDump} values of the network are not in the dump, ${notInNetwork} of the dump have no value of the network to be compared with.`,
      ],
      style,
    ),
  ].join('');
}

/** The same for scripts. JSON has no infinity: it is null. */
export function compareJson(report: CompareReport): object {
  const [first] = different(report);
  const { values, culprit, engine, ...rest } = report;
  return {
    ok: first === undefined,
    ...rest,
    engine: engine.name,
    first: first ?? null,
    culprit: culprit ?? null,
    values,
  };
}
