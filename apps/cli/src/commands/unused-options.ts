/** @file Options that say nothing in some combination: refused, because somebody who gives one expects it to count. */
import type { Command } from 'commander';
import { UsageError } from '../errors.js';

/** When some of a command's options count. */
export interface OptionRule<Flags> {
  /** The options, by the names of their values. */
  readonly options: readonly string[];
  readonly countsWhen: (flags: Flags, args: readonly string[]) => boolean;
  /** What is said otherwise, behind the option: why, and what to do. */
  readonly otherwise: string;
}

/** How images become inputs: of use only where images are read. */
export const imageOptionNames = ['mean', 'std', 'crop', 'size', 'resize'] as const;

/**
 * Refuses options of a command line that would be ignored, before the command begins. A default counts as not given.
 */
export function refuseUnused<Flags extends object>(
  command: Command,
  rules: readonly OptionRule<Flags>[],
): Command {
  return command.hook('preAction', () => {
    const flags: Flags = command.opts();
    for (const { options, countsWhen, otherwise } of rules) {
      const given = command.options.find(
        (option) =>
          options.includes(option.attributeName()) &&
          command.getOptionValueSource(option.attributeName()) === 'cli',
      );
      if (given === undefined || countsWhen(flags, command.args)) continue;
      throw new UsageError(`${given.long} ${otherwise}`);
    }
  });
}
