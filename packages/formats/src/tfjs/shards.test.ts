import { expect, test } from 'vitest';
import { readTfjs } from '../../test/read-now.js';
import { layersModel } from '../../test/tfjs-file.js';
import { loadTfjs } from './parts.js';

test('a model may name its shards as ml5 does, from the folder on', async () => {
  const parts = layersModel();
  const { network } = readTfjs(parts);
  const model = JSON.parse(JSON.stringify(parts.model)) as { weightsManifest: { paths: string[] }[] };
  const [path = ''] = (model.weightsManifest[0] as { paths: string[] }).paths.splice(0, 1, './w.bin');
  const shard = parts.shards.get(path) as Uint8Array;
  for (const name of ['w.bin', './w.bin'])
    expect(readTfjs({ model, shards: new Map([[name, shard]]) }).network).toEqual(network);
  const asked: string[] = [];
  await loadTfjs(model, async (wanted) => {
    asked.push(wanted);
    return shard;
  });
  expect(asked).toEqual(['w.bin']);
});
