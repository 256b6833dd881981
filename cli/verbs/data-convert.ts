import type { Command } from 'commander';
import { convertData, readMetadata, writeAnomalies, writeSchema, writeStatistics, type Metadata } from '../../data.js';
import { PipelineError } from '../../errors/pipeline-error.js';
import { say } from '../console.js';
import { dataOptions, outputFile, protoFile, withInputFlags, type InputFlags } from '../data-options.js';

export function registerDataConvert(data: Command): void {
  const command = data
    .command('convert <inputs...>')
    .description(
      'write data as .parquet, .csv, .ndjson or .tfrecord.gz; statistics, schemas, anomalies as .pb or .pbtxt',
    )
    .requiredOption('-o, --output <file>', 'its ending names the format');
  withInputFlags(command).action(convert);
}

const isProto = (file: string): boolean => /\.pb(txt)?$/.test(file);

async function convert(inputs: readonly string[], flags: InputFlags & { readonly output: string }): Promise<void> {
  const [first = ''] = inputs;
  if (!isProto(flags.output)) {
    const rows = await convertData(inputs, await outputFile(flags.output), dataOptions(flags));
    return say(`${rows} rows → ${flags.output}`);
  }
  if (inputs.length > 1 || !(isProto(first) || first.endsWith('.tfrecord'))) {
    throw new PipelineError('OUTPUT_FORMAT_UNKNOWN', {
      what: `${flags.output} is written from one .pb or .pbtxt file, not from ${inputs.join(', ').slice(0, 200)}.`,
      fix: 'Use `tfx-temporal data stats` for statistics of data.',
    });
  }
  const metadata = await readMetadata(first);
  await write(await protoFile(flags.output), metadata);
  say(`${metadata.kind} → ${flags.output}`);
}

async function write(file: string, { kind, value }: Metadata): Promise<void> {
  if (kind === 'statistics') await writeStatistics(file, value);
  else if (kind === 'schema') await writeSchema(file, value);
  else await writeAnomalies(file, value);
}
