import { inspect } from 'node:util';
import tab from '@bomb.sh/tab/commander';
import { SepconvError } from '@sepconv/tensor';
import { Command, CommanderError } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { addExamples } from './commands/arguments.js';
import { addBuildCommand } from './commands/build.js';
import { addCompareCommand } from './commands/compare.js';
import { addCostCommand } from './commands/cost.js';
import { addDecomposeCommand } from './commands/decompose.js';
import { addDemoCommand } from './commands/demo.js';
import { addExportCommand } from './commands/export.js';
import { addInspectCommand } from './commands/inspect.js';
import { addLayerCommand } from './commands/layer.js';
import { addProfileCommand } from './commands/profile.js';
import { addQuantizeCommand } from './commands/quantize.js';
import { addRunCommand } from './commands/run.js';
import { addSweepCommand } from './commands/sweep.js';
import { addTrainCommand } from './commands/train.js';
import { addVerifyCommand } from './commands/verify.js';
import { exitCodes, printable, UsageError } from './errors.js';
import { rememberingInputs } from './inputs.js';
import { harmless, type Terminal } from './terminal.js';

const examples = `
Examples:
  $ sepconv demo
  $ sepconv layer --height 56 --width 56 --in 128 --out 256 --kernel 3
  $ sepconv cost mobilenet-v2 --width 0.5
  $ sepconv profile mobilenet-v2
  $ sepconv run model.tflite photo.jpg --labels labels.txt

Exit codes: 0 success, 1 a file or its content does not fit, 2 the command line
does not. Every command that prints a table prints JSON with --json.
`;

/** `sepconv complete SHELL`: what makes a shell complete commands, options and what these may be. */
function addCompletion(program: Command): void {
  tab(program);
  const command = program.commands.find((each) => each.name() === 'complete');
  command?.summary('print what makes a shell complete this command');
  if (command === undefined) return;
  addExamples(command, [
    'complete bash > ~/.local/share/bash-completion/completions/sepconv',
    'complete zsh > ~/.zfunc/_sepconv',
    'complete fish > ~/.config/fish/completions/sepconv.fish',
  ]);
}

/** The whole command line, not yet parsed. */
function buildProgram(terminal: Terminal): Command {
  const program = new Command('sepconv')
    .description('Look at, cost and run depthwise separable convolutional networks.')
    .version(manifest.version, '-V, --version', 'print the version')
    .option('--verbose', 'print the stack trace of an error')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.err(text),
      // The sentence is printed below, in one place for all errors.
      outputError: () => {},
      getOutHelpWidth: () => terminal.width,
      getErrHelpWidth: () => terminal.width,
    })
    .exitOverride()
    .addHelpText('after', examples);
  addRunCommand(program, terminal);
  addInspectCommand(program, terminal);
  addLayerCommand(program, terminal);
  addCostCommand(program, terminal);
  addProfileCommand(program, terminal);
  addSweepCommand(program, terminal);
  addBuildCommand(program, terminal);
  addExportCommand(program, terminal);
  addDecomposeCommand(program, terminal);
  addQuantizeCommand(program, terminal);
  addTrainCommand(program, terminal);
  addVerifyCommand(program, terminal);
  addCompareCommand(program, terminal);
  addDemoCommand(program, terminal);
  addCompletion(program);
  return program;
}

/** What to print for an error, and the exit code. */
function explain(error: unknown): { sentence: string; code: number } | undefined {
  if (error instanceof CommanderError) {
    // Help and version are "errors" with exit code 0; help without a command is printed, but not what was asked for.
    if (error.exitCode === 0) return undefined;
    if (error.code === 'commander.help') return { sentence: '', code: exitCodes.usage };
    const message = printable(error.message.replace(/^error: /, '')).replace(/ \((D)id you/, ' (did you');
    return { sentence: `${message}; see sepconv --help`, code: exitCodes.usage };
  }
  if (error instanceof UsageError) return { sentence: printable(error.message), code: exitCodes.usage };
  if (error instanceof SepconvError) return { sentence: printable(error.message), code: exitCodes.data };
  const message = printable(error instanceof Error ? error.message : String(error));
  const sentence = /allocation failed|Invalid (typed )?array( buffer)? length|out of memory/i.test(message)
    ? `there is not enough memory for this (${message})`
    : `internal error: ${message}; this is a bug of sepconv, run again with --verbose to see where`;
  return { sentence, code: exitCodes.data };
}

/**
 * Runs `sepconv` with these arguments and returns the exit code. Whatever goes wrong, stderr gets one sentence, and a
 * stack trace only with --verbose.
 */
export async function runCli(argv: readonly string[], screen: Terminal): Promise<number> {
  const terminal = harmless(screen);
  try {
    await rememberingInputs(() => buildProgram(terminal).parseAsync([...argv], { from: 'user' }));
    return exitCodes.success;
  } catch (error) {
    const explanation = explain(error);
    if (explanation === undefined) return exitCodes.success;
    if (explanation.sentence !== '') terminal.err(`sepconv: ${explanation.sentence}\n`);
    // inspect() follows the causes as well.
    if (argv.includes('--verbose')) terminal.err(`${inspect(error)}\n`);
    return explanation.code;
  }
}
