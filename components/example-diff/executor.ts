import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { withDuckDb } from '../../formats/duckdb.js';
import { openExamples, type OpenedExamples } from '../../formats/examples.js';
import {
  skewFileName,
  writeSkewFile,
  type FeatureSkewProto,
  type MatchStatsProto,
  type SkewFile,
} from '../../formats/feature-skew.js';
import { implement, type ExecutorContext, type InputArtifact, type OutputPlace } from '../implement.js';
import { splitPairFolder, splitPairs, type SplitPair } from '../split-pairs.js';
import { ExampleDiff, type PairedExampleSkew } from './contract.js';
import { pairFeatures } from './paired-features.js';
import { PairedExamples } from './paired-examples.js';
import { diffProperties, type PairDiff } from './reasons.js';

type Context = ExecutorContext<typeof ExampleDiff>;

/** Joins each pair of splits by the identifier features and counts how the others differ. */
export const exampleDiff = implement(ExampleDiff, async (context) => {
  const { inputs, parameters } = context;
  const pairs = splitPairs(inputs.examples, inputs.baselineExamples, parameters.includeSplitPairs, 'all');
  const found: PairDiff[] = [];
  for (const pair of pairs) found.push(await comparePair(context, pair));
  const properties = diffProperties(found);
  const { differences, matchingPairs } = properties;
  return {
    summary: `${matchingPairs} pairs of examples, ${differences} differences`,
    properties: { exampleDiffResult: properties },
    metrics: { differences, matchingPairs },
  };
});

async function comparePair(context: Context, pair: SplitPair): Promise<PairDiff> {
  const { outputs, parameters, resources, progress } = context;
  const { threads, memoryLimitMiB } = resources;
  const temporaryPath = path.join(resources.temporaryPath, pair.name);
  const base = await open(context, pair.base, path.join(temporaryPath, 'base'));
  const test = await open(context, pair.test, path.join(temporaryPath, 'test'));
  const config = parameters.config.pairedExampleSkew;
  const features = pairFeatures(base, test, config);
  const { floatRoundNdigits: digits, allowDuplicateIdentifiers } = config;
  const allowedPaths = [...new Set([...base.parquet, ...test.parquet].map((file) => path.dirname(file)))];
  const database = { threads, memoryLimitMiB, temporaryPath, allowedPaths, preserveOrder: false };
  return await withDuckDb(database, async (connection) => {
    const paired = await PairedExamples.open(connection, { base, test }, features, digits);
    const matchStats = await paired.matchStats();
    if (allowDuplicateIdentifiers !== true && (matchStats.duplicateIdCount ?? 0) > 0) await paired.leaveOutRepeated();
    const total = features.compared.length;
    const skew = await paired.featureSkew((done) => progress({ phase: pair.name, done, total, unit: 'features' }));
    await write(outputs.exampleDiffResult, pair.name, { paired, matchStats, skew }, config);
    return { pair: pair.name, matchStats, features: skew };
  });
}

async function open(
  { resources: { threads, memoryLimitMiB } }: Context,
  split: InputArtifact['splits'][number],
  temporaryPath: string,
): Promise<OpenedExamples> {
  await mkdir(temporaryPath, { recursive: true });
  return await openExamples(split.path, { threads, memoryLimitMiB, temporaryPath });
}

interface Found {
  readonly paired: PairedExamples;
  readonly matchStats: MatchStatsProto;
  readonly skew: readonly FeatureSkewProto[];
}

async function write(
  place: OutputPlace,
  pair: string,
  { paired, matchStats, skew }: Found,
  { skewSampleSize = 0, confusionConfig = [] }: PairedExampleSkew,
): Promise<void> {
  const file = (name: SkewFile): string => place.file(path.join(splitPairFolder(pair), skewFileName(name)));
  await writeSkewFile(file('matchStats'), 'matchStats', [matchStats]);
  await writeSkewFile(file('features'), 'features', skew);
  await writeSkewFile(file('pairs'), 'pairs', paired.samplePairs(skewSampleSize));
  if (confusionConfig.length > 0) await writeSkewFile(file('confusion'), 'confusion', paired.confusion());
}
