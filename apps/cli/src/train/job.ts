/** @file What a training consists of: images, what of a network learns, and what becomes of it at the end. */
import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { ModelMetadata } from '@sepconv/formats';
import { type Graph, inferTypes, type Network } from '@sepconv/graph';
import {
  type Checkpoint,
  type Dataset,
  featuresOf,
  freeze,
  replaceHead,
  startTraining,
  type TrainingData,
} from '@sepconv/train';
import { type Preprocessing, statedPreprocessing } from '@sepconv/vision';
import { printable, UsageError, withContext } from '../errors.js';
import { imageMetadata } from '../image-metadata.js';
import { meansFile } from '../networks.js';
import type { Progress } from '../progress.js';
import { statedNormalization } from '../run-input.js';
import { countClasses, digitsName, type Photos, readDigits, readFolder, splitPhotos } from './data.js';
import { settingsOf, type TrainFlags, type TrainKind } from './flags.js';
import { imageShapeOf, networkToTrain, type TrainableNetwork } from './network.js';
import { readCheckpoint } from './run-folder.js';

/** Pixels as −1…1, which networks that are built here are used to. */
const usualNormalization = { mean: 127.5, standardDeviation: 127.5 };

/** A training that is about to run. */
export interface TrainJob {
  readonly start: Checkpoint;
  /** What is learnt from: images, or features of them. */
  readonly data: TrainingData;
  /** Images to look at the result with, and their files where they have some. */
  readonly validation: Photos | undefined;
  /** What the reader has to know of the network, in sentences. */
  readonly notes: readonly string[];
  /** The whole network with what was trained of it. */
  whole(trained: Network): Network;
  /** What the written file says beside the network. */
  readonly metadata: ModelMetadata;
}

/** A network with what of it learns. */
interface Learner {
  readonly kind: TrainKind;
  readonly graph: Graph;
  readonly weights?: Network['weights'];
  readonly trainable?: readonly string[];
  /** The frozen part, whose features are what is learnt from. */
  readonly backbone?: Network;
  readonly notes: readonly string[];
  whole(trained: Network): Network;
}

const outputClasses = ({ graph }: TrainableNetwork): number =>
  inferTypes(graph)
    .get(graph.outputs[0] ?? '')
    ?.shape.at(-1) ?? 0;

/** Decides what of a network learns: a file's own classes go on, and for others it gets a new head. */
function learnerOf(
  network: TrainableNetwork,
  classes: readonly string[],
  flags: TrainFlags,
  isDigits: boolean,
): Learner {
  const as = (trained: Network): Network => trained;
  const { graph, weights, labels } = network;
  if (weights === undefined) return { kind: isDigits ? 'digits' : 'photos', graph, notes: [], whole: as };
  const count = outputClasses(network);
  const isSame = count === classes.length && (labels === undefined || isDeepStrictEqual(labels, classes));
  const { unfreeze } = flags;
  if (isSame && unfreeze === undefined) {
    return { kind: 'further', graph, weights, notes: [], whole: as };
  }
  const replaced = isSame ? undefined : replaceHead({ graph, weights }, classes, flags.seed ?? 1);
  const head =
    replaced && `Its head for ${count} classes is replaced by one for the ${classes.length} of the folder.`;
  if (replaced !== undefined && unfreeze === undefined) {
    return {
      kind: 'head',
      graph: replaced.head.graph,
      weights: replaced.head.weights,
      backbone: replaced.backbone,
      notes: [
        head as string,
        `The rest is frozen, BatchNorm included: the ${replaced.featureCount} features of each image are computed once. --unfreeze 3 or all trains more of it.`,
      ],
      whole: (trained) => ({
        graph: replaced.network.graph,
        weights: new Map([...replaced.network.weights, ...trained.weights]),
      }),
    };
  }
  const frozen = freeze(replaced?.network ?? { graph, weights }, unfreeze);
  const all = frozen.network.graph.parameters.length;
  return {
    kind: 'fine',
    graph: frozen.network.graph,
    weights: frozen.network.weights,
    trainable: frozen.trainable,
    notes: [
      ...(head === undefined ? [] : [head]),
      `${frozen.trainable.length} of ${all} parameters are trained. BatchNorm is folded into the convolutions, so that its statistics stay.`,
    ],
    whole: as,
  };
}

/** How photos become images of the network: as its file says, unless the flags say otherwise. */
function preprocessingFrom(
  { metadata = {}, normalization }: TrainableNetwork,
  flags: TrainFlags,
): Preprocessing {
  return {
    ...statedPreprocessing(metadata),
    normalization: statedNormalization(flags) ?? normalization ?? usualNormalization,
    ...imageFlags(flags),
  };
}

const imageFlags = ({ resize, crop }: TrainFlags): Preprocessing => ({
  ...(resize !== undefined && { resize }),
  ...(!crop && ({ fit: 'squeeze', cropFraction: 1 } as const)),
});

/** What the written file says: the classes, how images are prepared, and where the network comes from. */
const metadataOf = (
  dataset: Dataset,
  preprocessing: Preprocessing,
  net: string | undefined,
): ModelMetadata => ({
  labels: dataset.classes,
  ...imageMetadata(preprocessing),
  properties: new Map([
    ['trained_with', 'sepconv train'],
    ...(net === undefined ? [] : [['trained_from', basename(net)] as const]),
  ]),
});

/** Features of images by the frozen part. */
async function featuresFor(
  backbone: Network,
  data: TrainingData,
  flags: TrainFlags,
  progress: Progress,
): Promise<TrainingData> {
  const { engine, threads } = flags;
  const run = (dataset: Dataset, what: string): Promise<Dataset> =>
    featuresOf(backbone, dataset, {
      engine,
      threads,
      allowProcessFlags: true,
      onImages: (done) =>
        progress.say(`Computing features of ${what}, ${done} of ${dataset.labels.length} images`),
    });
  const training = await run(data.training, 'the training images');
  if (data.validation === undefined) return { training };
  return { training, validation: await run(data.validation, 'the validation images') };
}

/** A network, images for it, and the training of the one on the other. */
async function prepare(source: string, flags: TrainFlags, progress: Progress): Promise<TrainJob> {
  const isDigits = source === digitsName;
  const digits = isDigits ? readDigits() : undefined;
  const classes = digits?.classes.length ?? (await countClasses(source));
  const network = await networkToTrain(flags.net, classes, isDigits, flags);
  const preprocessing = preprocessingFrom(network, flags);
  const photos: Photos =
    digits === undefined
      ? await readFolder(source, imageShapeOf(network.graph), preprocessing, progress)
      : { dataset: digits, files: undefined };
  const { data, validation } = splitPhotos(photos, flags.validation);
  const learner = learnerOf(network, photos.dataset.classes, flags, isDigits);
  const learnt =
    learner.backbone === undefined ? data : await featuresFor(learner.backbone, data, flags, progress);
  const settings = settingsOf(flags, learner.kind, learnt.training.labels.length);
  const start = await withContext(`"${printable(source)}"`, () =>
    startTraining(learner, learnt, {
      ...settings,
      ...(learner.trainable !== undefined && { trainable: learner.trainable }),
    }),
  );
  const used = digits === undefined ? preprocessing : { normalization: digits.normalization };
  const from = flags.net !== undefined && meansFile(flags.net) ? flags.net : undefined;
  return {
    start,
    data: learnt,
    validation,
    notes: learner.notes,
    whole: (trained) => learner.whole(trained),
    metadata: metadataOf(photos.dataset, used, from),
  };
}

/** A training that starts. */
export const beginTraining = prepare;

/** A training that goes on: the checkpoint says everything but where the images are, and which frozen network gave features. */
export async function resumeTraining(
  path: string,
  source: string,
  flags: TrainFlags,
  progress: Progress,
): Promise<TrainJob> {
  const start = await readCheckpoint(path);
  const { shape, normalization, classes } = start.data;
  if (start.teacher !== undefined && flags.teacher === undefined) {
    throw new UsageError(
      `the checkpoint "${printable(path)}" was made with a teacher: give the same model again with --teacher`,
    );
  }
  if (flags.net !== undefined) {
    // What a checkpoint has as settings is not asked for again; batches and rates of the new job are not used.
    const job = await prepare(source, flags, progress);
    if (!isDeepStrictEqual(job.start.graph, start.graph)) {
      throw new UsageError(
        `the checkpoint "${printable(path)}" is of the network "${printable(start.graph.name)}", not of "${printable(flags.net)}": leave --net out, or start anew without --resume`,
      );
    }
    return { ...job, start };
  }
  const [height = 0, width = 0, channels = 0] = shape;
  if (height === 1 && width === 1) {
    throw new UsageError(
      `the checkpoint "${printable(path)}" is of a head only: give the network that gave it features again with --net`,
    );
  }
  const isDigits = source === digitsName;
  const preprocessing: Preprocessing = { normalization, ...imageFlags(flags) };
  const photos: Photos = isDigits
    ? { dataset: readDigits(), files: undefined }
    : await readFolder(source, [height, width, channels], preprocessing, progress);
  const { data, validation } = splitPhotos(photos, flags.validation);
  return {
    start,
    data,
    validation,
    notes: [],
    whole: (trained) => trained,
    metadata: metadataOf({ ...photos.dataset, classes }, preprocessing, undefined),
  };
}
