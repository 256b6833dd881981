import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { splitData, type SplitOptions } from '../../data.js';
import { say } from '../console.js';
import { dataOptions, withInputFlags, type InputFlags } from '../data-options.js';

interface SplitFlags extends InputFlags {
  readonly output: string;
  readonly split?: readonly { readonly name: string; readonly hashBuckets: number }[];
  readonly by?: string;
  readonly stratify?: string;
  readonly seed?: number;
  readonly tfrecord?: boolean;
  readonly tfxCompatible?: boolean;
}

export function registerDataSplit(data: Command): void {
  const command = data
    .command('split <inputs...>')
    .description('split and shuffle files as an ExampleGen does: <folder>/Split-<name>/…')
    .requiredOption('-o, --output <folder>', 'a new or empty folder')
    .option('--split <shares>', 'name=share, comma-separated (train=2,eval=1)', shares)
    .option('--by <feature>', 'rows with equal values of this feature stay together')
    .option('--stratify <feature>', 'split each value of this feature by the same shares')
    .option('--seed <number>', 'changes the order of rows within the splits (0)', seed)
    .option('--tfrecord', 'write gzip TFRecord of tf.Examples instead of Parquet')
    .option('--tfx-compatible', 'the very split that TFX makes');
  withInputFlags(command).action(split);
}

async function split(inputs: readonly string[], flags: SplitFlags): Promise<void> {
  const output: SplitOptions = {
    ...(flags.split && { split: flags.split }),
    ...(flags.by !== undefined && { partitionFeature: flags.by }),
    ...(flags.stratify !== undefined && { stratifyBy: flags.stratify }),
    seed: flags.seed ?? 0,
    format: flags.tfrecord === true ? 'tfrecord' : 'parquet',
    tfxCompatible: flags.tfxCompatible === true,
  };
  say(`${await splitData(inputs, flags.output, { ...dataOptions(flags), output })} → ${flags.output}`);
}

function shares(text: string): { name: string; hashBuckets: number }[] {
  return text.split(',').map((part) => {
    const [, name, share] = /^([^=]+)=(\d+)$/.exec(part.trim()) ?? [];
    if (name === undefined || Number(share) < 1)
      throw new InvalidArgumentError('It must be name=share, e.g. train=2,eval=1.');
    return { name, hashBuckets: Number(share) };
  });
}

function seed(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= 0xffffffff) return value;
  throw new InvalidArgumentError('It must be a whole number from 0 to 4294967295.');
}
