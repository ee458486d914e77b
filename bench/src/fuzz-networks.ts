/**
 * @file Random networks for as long as one likes, on every engine and with every way to fuse.
 *
 *   npm run -s fuzz:networks -- [--count N] [--seed N] [--engine simd128|relaxed|wide]
 *
 * Network `seed + i` is always the same one: `--seed 123 --count 1` runs a failing one again.
 */
import { boundNetwork, checkImplementations, drawNetwork } from '@sepconv/conformance';
import { runReference } from '@sepconv/reference';
import { findEngines, implementationsOf } from './fuzz-networks/implementations.ts';
import { parseOptions, usage } from './fuzz-networks/options.ts';

/** Seconds between two lines about how far it is. */
const reportEvery = 20;

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    console.log(usage);
  } else {
    const { engines, missing } = await findEngines(options.engines);
    for (const line of missing) console.error(line);
    const failed = new Set<number>();
    const start = performance.now();
    const seconds = (): number => (performance.now() - start) / 1000;
    let reported = 0;
    let ways = 0;
    for (let done = 0; done < options.count; done++) {
      const seed = options.seed + done;
      const drawn = drawNetwork(seed);
      const expected = await boundNetwork(drawn.network, drawn.inputs, runReference);
      for (const engine of engines) {
        const implementations = implementationsOf(engine);
        ways = implementations.size;
        try {
          await checkImplementations(drawn, implementations, expected);
        } catch (error) {
          failed.add(seed);
          console.log(
            `FAILED on ${engine.name}: ${error instanceof Error ? error.message : String(error)}\n`,
          );
        }
      }
      if (seconds() - reported > reportEvery) {
        reported = seconds();
        console.error(
          `${done + 1} of ${options.count}, ${((done + 1) / seconds()).toFixed(1)} networks a second`,
        );
      }
    }
    console.log(
      `${options.count} networks × ${engines.map(({ name }) => name).join(', ')} × ${ways} ways to fuse in ${seconds().toFixed(0)} s, ${failed.size} failed${failed.size === 0 ? '' : `: seeds ${[...failed].join(', ')}`}`,
    );
    if (failed.size > 0 || engines.length === 0 || missing.length > 0) process.exitCode = 1;
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
