/**
 * @file ONNX's operator tests, all that lie below a folder, on the reference or an engine.
 *
 *   npm run -s conformance -- DIR [--engine reference|simd128|relaxed|wide|auto] [--json]
 *
 * A folder with `model.onnx` is a case; `packages/conformance/src/onnx` says how it is run.
 */
import { parseOptions, usage } from './conformance/options.ts';
import { formatSummary, summarize } from './conformance/report.ts';
import { runFolder } from './conformance/run-folder.ts';

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    console.log(usage);
  } else {
    const { results, engine } = await runFolder(options.folder, options.engine);
    const summary = summarize(results);
    console.log(options.json ? JSON.stringify(summary, null, 2) : formatSummary(results, engine));
    if (results.length === 0)
      console.error(`there is no case below ${options.folder}: a case is a folder with model.onnx`);
    if (results.length === 0 || summary.failed.length > 0) process.exitCode = 1;
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
