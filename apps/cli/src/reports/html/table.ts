import { escapeHtml } from './escape.js';

/** A column of a table that sorts itself. */
export interface Column<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  /** What is sorted by, where that is a number. */
  readonly value?: (row: Row) => number;
  /** Texts stand on the left. Default: where there is no value. */
  readonly isText?: boolean;
}

/** A table whose column titles are buttons, with a row of totals that stays where it is. */
export function sortableTable<Row>(
  id: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  footer?: readonly string[],
): string {
  const isText = ({ value, isText: text = value === undefined }: Column<Row>): boolean => text;
  const classOf = (column: Column<Row>): string => (isText(column) ? ' class="text"' : '');
  const head = columns
    .map(
      (column) =>
        `<th scope="col"${classOf(column)}><button type="button">${escapeHtml(column.title)}</button></th>`,
    )
    .join('');
  const body = rows
    .map((row) => {
      const cells = columns.map((column) => {
        const text = escapeHtml(column.text(row));
        const value = column.value === undefined ? '' : ` data-value="${column.value(row)}"`;
        const hover = isText(column) && text.length > 30 ? ` title="${text}"` : '';
        return `<td${classOf(column)}${value}${hover}>${text}</td>`;
      });
      return `<tr>${cells.join('')}</tr>`;
    })
    .join('\n');
  const foot =
    footer === undefined
      ? ''
      : `<tfoot><tr>${footer.map((text) => `<td>${escapeHtml(text)}</td>`).join('')}</tr></tfoot>`;
  return `<div class="scroll"><table class="sortable" id="${id}"><thead><tr>${head}</tr></thead><tbody>${body}</tbody>${foot}</table></div>`;
}
