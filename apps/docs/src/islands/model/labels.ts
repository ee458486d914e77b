/** @file Names of classes, one a line. */

/** The names in a text. Throws when there are not as many as the network has classes. */
export function labelsOf(text: string, classes: number): readonly string[] {
  const labels = text
    .replace(/^\ufeff/, '')
    .trimEnd()
    .split(/\r?\n/)
    .map((label) => label.trim());
  if (labels.length !== classes) {
    const hint =
      Math.abs(labels.length - classes) === 1
        ? ': some lists have a first line for the background, and some do not'
        : '';
    throw new Error(
      `the file of class names has ${labels.length} lines, but the network has ${classes} classes${hint}`,
    );
  }
  return labels;
}
