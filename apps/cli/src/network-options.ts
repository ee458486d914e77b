/** @file Command-line options made from what the networks say of themselves, so that a new network brings its own. */
import { networkEntry, networkNames, type OptionSpec } from '@sepconv/mobilenet';
import { Option } from 'commander';
import { positiveInteger, positiveNumber } from './commands/arguments.js';
import type { BuilderOptions } from './networks.js';

/** An option of one or more networks. */
interface Known {
  readonly spec: OptionSpec;
  readonly networks: string[];
  readonly choices: Set<string>;
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The options of all networks by name, in the order of the networks. */
function knownOptions(): ReadonlyMap<string, Known> {
  const known = new Map<string, Known>();
  for (const network of networkNames) {
    for (const [name, spec] of Object.entries<OptionSpec>(networkEntry(network).options)) {
      const entry = known.get(name) ?? { spec, networks: [], choices: new Set() };
      entry.networks.push(network);
      for (const choice of spec.choices ?? []) entry.choices.add(choice);
      known.set(name, entry);
    }
  }
  return known;
}

/** Which networks have the option, as long as that is a short list; the others say so when they are asked. */
function whose({ networks }: Known): string {
  if (networks.length === networkNames.length) return '';
  if (networks.length > 3) return ` (of ${networks.length} of the networks)`;
  return ` (${networks.join(', ')})`;
}

function optionOf(name: string, known: Known): Option {
  const { spec, choices } = known;
  const description = `${spec.description}${whose(known)}`;
  switch (spec.kind) {
    case 'number':
      return new Option(`--${kebab(name)} <factor>`, description).argParser(positiveNumber);
    case 'integer':
      return new Option(`--${kebab(name)} <count>`, description).argParser(positiveInteger);
    case 'choice':
      return new Option(`--${kebab(name)} <name>`, description).choices([...choices]);
    case 'flag':
      // `--standard` says what one gets; `--no-separable` would say what one does not.
      if (name === 'separable') {
        const twin = `with standard instead of separable convolutions${whose(known)}`;
        return new Option('--standard', twin);
      }
      return new Option(spec.default === true ? `--no-${kebab(name)}` : `--${kebab(name)}`, description);
  }
}

/** Every option that some network has. */
export function networkOptions(): Option[] {
  return [...knownOptions()].map(([name, known]) => optionOf(name, known));
}

/** The options that the user gave, under the networks' own names. */
export function givenOptions(flags: Readonly<Record<string, unknown>>): BuilderOptions {
  const given: Record<string, number | boolean | string> = {};
  for (const [name, { spec }] of knownOptions()) {
    const value = name === 'separable' ? (flags.standard === true ? false : undefined) : flags[name];
    // A flag that is on unless `--no-` is given always has a value.
    if (value === undefined || (spec.kind === 'flag' && value === spec.default)) continue;
    given[name] = value as number | boolean | string;
  }
  return given;
}

/** The networks and what they are, for the help. */
export function networkList(): string {
  const width = Math.max(...networkNames.map((name) => name.length));
  const lines = networkNames.map((name) => `  ${name.padEnd(width)}  ${networkEntry(name).description}`);
  return lines.map((line) => breakLine(line, width + 4)).join('\n');
}

/** Breaks a line of the list so that it fits 80 columns and stays in its column. */
function breakLine(line: string, indent: number): string {
  if (line.length <= 80) return line;
  const at = line.lastIndexOf(' ', 80);
  return `${line.slice(0, at)}\n${breakLine(' '.repeat(indent) + line.slice(at + 1), indent)}`;
}
