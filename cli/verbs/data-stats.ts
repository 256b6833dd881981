import type { Command } from 'commander';
import { allExamples, describeData, readSchema, statisticsText, writeStatistics } from '../../data.js';
import { print, printJson, say } from '../console.js';
import {
  collect,
  dataOptions,
  protoFile,
  share,
  wholeNumber,
  withInputFlags,
  type InputFlags,
} from '../data-options.js';

interface StatsFlags extends InputFlags {
  readonly output?: string;
  readonly feature?: readonly string[];
  readonly weight?: string;
  readonly label?: string;
  readonly slice?: readonly string[];
  readonly sliceCross?: readonly string[];
  readonly sliceSql?: readonly string[];
  readonly semantic?: boolean;
  readonly semanticSampleRate?: number;
  readonly inferTypes?: boolean;
  readonly schema?: string;
  readonly sampleRate?: number;
  readonly mutualInformation?: boolean;
  readonly crossFeatures?: boolean;
  readonly topValues?: number;
  readonly histogramBuckets?: number;
  readonly json?: boolean;
}

export function registerDataStats(data: Command): void {
  const command = data
    .command('stats <inputs...>')
    .description('statistics of files that together are one table')
    .option('-o, --output <file>', 'statistics as .pb, .pbtxt or .tfrecord; without it they are printed')
    .option('--feature <name>', 'only this feature; may be repeated', collect)
    .option('--weight <feature>', 'adds weighted statistics')
    .option('--label <feature>', 'adds lift of every categorical feature with this label')
    .option('--slice <feature>', 'statistics for each value of this feature, too; may be repeated', collect)
    .option('--slice-cross <features>', 'for each combination of values, e.g. country,device; may be repeated', collect)
    .option('--slice-sql <query>', 'SELECT STRUCT(f) FROM example.f WHERE f > 1; may be repeated', collect)
    .option('--semantic', 'looks for images, natural language, dates and times among the values')
    .option('--semantic-sample-rate <share>', 'the share of distinct values looked at (1)', share)
    .option('--schema <file>', 'tells which numbers are categories, and sparse and weighted features')
    .option('--infer-types', 'types CSV columns by the schema instead of by their cells')
    .option('--sample-rate <share>', 'the share of rows to read, above 0 and up to 1', share)
    .option('--mutual-information', 'of every feature with the label')
    .option('--cross-features', 'correlation and covariance of numeric features')
    .option('--top-values <number>', 'most frequent values listed (20)', wholeNumber)
    .option('--histogram-buckets <number>', 'buckets of equal width (10)', wholeNumber)
    .option('--json', 'print a summary as JSON');
  withInputFlags(command).action(stats);
}

async function stats(inputs: readonly string[], flags: StatsFlags): Promise<void> {
  const target = flags.output === undefined ? undefined : await protoFile(flags.output, ['.pb', '.pbtxt', '.tfrecord']);
  const statistics = await describeData(inputs, {
    ...dataOptions(flags),
    statistics: {
      featureAllowlist: flags.feature,
      weightFeature: flags.weight,
      labelFeature: flags.label,
      sliceFeatures: flags.slice,
      slices: flags.sliceCross?.map((features) => ({ featureKeys: features.split(',') })),
      sliceSqls: flags.sliceSql,
      semanticDomainStats: flags.semantic ?? flags.semanticSampleRate !== undefined,
      semanticDomainStatsSampleRate: flags.semanticSampleRate,
      inferTypeFromSchema: flags.inferTypes,
      schema: flags.schema === undefined ? undefined : await readSchema(flags.schema),
      sampleRate: flags.sampleRate,
      mutualInformation: flags.mutualInformation,
      crossFeatures: flags.crossFeatures,
      numTopValues: flags.topValues,
      numHistogramBuckets: flags.histogramBuckets,
    },
  });
  if (target !== undefined) await writeStatistics(target, statistics);
  const { numExamples = 0, features = [] } = allExamples(statistics);
  if (flags.json === true)
    return printJson({ examples: numExamples, features: features.length, output: target ?? null });
  if (target === undefined) return print(statisticsText(statistics));
  say(`${numExamples} examples, ${features.length} features → ${target}`);
}
