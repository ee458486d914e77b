#!/usr/bin/env node
import { writeSync } from 'node:fs';
import { exitCodes } from './errors.js';
import { reasonOf } from './files.js';
import { runCli } from './program.js';
import { endAsInterrupted, removeTemporary } from './signals.js';
import { processTerminal } from './terminal.js';

// `sepconv cost mobilenet-v1 | head` closes the pipe early: the reader has enough, so we end quietly.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  removeTemporary();
  if (error.code === 'EPIPE') process.exit(exitCodes.success);
  try {
    writeSync(2, `sepconv: the output cannot be written: ${reasonOf(error)}\n`);
  } catch {
    // Nobody listens there either; the exit code says it.
  }
  process.exit(exitCodes.data);
});
// What is said beside the result is no reason to end.
process.stderr.on('error', () => {});

// Not process.exit(): what a pipe has not taken yet would be lost.
process.exitCode = await runCli(process.argv.slice(2), processTerminal());
endAsInterrupted();
