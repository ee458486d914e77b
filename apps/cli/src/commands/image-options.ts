/** @file How images become inputs, the same in every command that takes images. */
import { resizeNames } from '@sepconv/vision';
import { InvalidArgumentError, Option } from 'commander';
import { positiveInteger } from './arguments.js';

/** `127.5`, or one number per channel: `123.7,116.3,103.5`. */
function channelValues(text: string): number | readonly number[] {
  const values = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (!values.every(Number.isFinite) || (values.length !== 1 && values.length !== 3)) {
    throw new InvalidArgumentError('It must be one number, or three with commas between them.');
  }
  return values.length === 1 ? (values[0] as number) : values;
}

/** `--mean`, `--std`, `--resize`, `--no-crop`, `--size`: the image part of a command line. */
export function imageOptions(): Option[] {
  return [
    new Option('--mean <numbers>', 'subtracted from each byte: one number, or r,g,b').argParser(
      channelValues,
    ),
    new Option('--std <numbers>', 'then divided by: one number, or r,g,b').argParser(channelValues),
    new Option('--resize <how>', 'which program to resize as (default: pillow-bilinear)').choices(
      resizeNames,
    ),
    new Option('--no-crop', 'squeeze the whole image into the input'),
    new Option('--size <pixels>', "scale the shorter side to this, then cut the input's size out").argParser(
      positiveInteger,
    ),
  ];
}
