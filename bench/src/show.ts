/** @file Results as the benches printed them: node scripts/bench.mjs show FILE.json ... */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type FusionReport, formatFusion } from './fusion/report.ts';
import { formatPeers, type PeerReport } from './peers/report.ts';
import { formatShapes, type ShapeReport } from './shapes/report.ts';
import { formatTrainStep, type TrainStepReport } from './train-step/report.ts';

/** What a bench prints with `--json`. */
type Report = PeerReport | ShapeReport | FusionReport | TrainStepReport;

function formatReport(report: Report): string {
  switch (report.bench) {
    case 'peers':
      return formatPeers(report);
    case 'shapes':
      return formatShapes(report);
    case 'fusion':
      return formatFusion(report);
    case 'train':
      return formatTrainStep(report);
  }
}

for (const file of process.argv.slice(2)) {
  const path = resolve(process.env.INIT_CWD ?? '.', file);
  console.log(`${formatReport(JSON.parse(readFileSync(path, 'utf8')) as Report)}\n`);
}
