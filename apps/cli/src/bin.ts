#!/usr/bin/env node
import { runCli } from './program.js';
import { processTerminal } from './terminal.js';

// `sepconv cost mobilenet-v1 | head` closes the pipe early: the reader has enough, so we end quietly.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
}

// Not process.exit(): what a pipe has not taken yet would be lost.
process.exitCode = await runCli(process.argv.slice(2), processTerminal());
