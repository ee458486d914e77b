/** @file What the command says of itself, asked at build time: the guide can neither forget a command nor an option. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** A command with its help, as a terminal of 80 columns shows it. */
export interface CliCommand {
  readonly name: string;
  readonly summary: string;
  readonly help: string;
}

/** What the command of this checkout prints, which is built first where it is old. */
export function sepconv(workspace: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(workspace, 'scripts/sepconv.mjs'), ...args],
    { encoding: 'utf8', env: { ...process.env, COLUMNS: '80', NO_COLOR: '1', FORCE_COLOR: '' } },
  );
  if (status !== 0) throw new Error(`sepconv ${args.join(' ')} failed: ${stderr}`);
  return stdout.trimEnd();
}

/** The lines of commander's list of commands: two spaces, a name, perhaps arguments, two spaces or more, a summary. */
const commandLine = /^ {2}([a-z][\w-]*)(?: \S+)* {2,}(\S.*)$/;

/** The names and summaries in the help of a program. */
export function commandsIn(help: string): readonly Pick<CliCommand, 'name' | 'summary'>[] {
  const [, list = ''] = help.split(/^Commands:$/m);
  return (
    list
      .split(/\n\n/, 1)[0]!
      // A summary that is too long for its line goes on below it.
      .replace(/\n {20,}/g, ' ')
      .split('\n')
      .flatMap((line) => {
        const [, name, summary] = commandLine.exec(line) ?? [];
        return name === undefined || summary === undefined || name === 'help' ? [] : [{ name, summary }];
      })
  );
}

let asked: readonly CliCommand[] | undefined;

/** Every command of `sepconv`, in its order. Asked once in a build. */
export function cliCommands(workspace = '../..'): readonly CliCommand[] {
  asked ??= commandsIn(sepconv(workspace, ['--help'])).map(({ name, summary }) => ({
    name,
    summary,
    help: sepconv(workspace, [name, '--help']),
  }));
  return asked;
}
