import type { Command } from 'commander';
import {
  acceptAnomalies,
  allExamples,
  diffSchemas,
  readSchema,
  readStatistics,
  validateStatistics,
  writeSchema,
  type DatasetStatisticsProto,
} from '../../data.js';
import { printable } from '../../views/printable.js';
import { print, say } from '../console.js';
import { collect, protoFile } from '../data-options.js';

interface AcceptFlags {
  readonly schema: string;
  readonly output: string;
  readonly feature?: readonly string[];
  readonly environment?: string;
  readonly previous?: string;
  readonly serving?: string;
}

export function registerDataAccept(data: Command): void {
  data
    .command('accept <statistics>')
    .description('a new version of a schema that accepts anomalies: of all features, or of the named ones alone')
    .requiredOption('--schema <file>', 'the schema, .pbtxt or .pb')
    .requiredOption('-o, --output <file>', 'the new schema as .pbtxt or .pb')
    .option('--feature <name>', 'as the anomalies name it; may be repeated; all by default', collect)
    .option('--environment <name>', 'that of the validation')
    .option('--previous <statistics>', 'of earlier data, for drift')
    .option('--serving <statistics>', 'of what a served model sees, for skew')
    .action(accept);
}

async function accept(file: string, flags: AcceptFlags): Promise<void> {
  const target = await protoFile(flags.output);
  const schema = await readSchema(flags.schema);
  const statistics = await statisticsOf(file);
  const options = {
    environment: flags.environment,
    previousStatistics: flags.previous === undefined ? undefined : await statisticsOf(flags.previous),
    servingStatistics: flags.serving === undefined ? undefined : await statisticsOf(flags.serving),
  };
  const found = Object.keys(validateStatistics(statistics, schema, options).anomalyInfo ?? {});
  const accepted = acceptAnomalies(schema, [{ found, statistics, options }], flags.feature ?? 'all');
  await writeSchema(target, accepted);
  const changes = diffSchemas(schema, accepted).map(({ words }) => printable(words));
  print(changes.length === 0 ? 'No anomalies' : changes.join('\n'));
  say(`→ ${target}`);
}

const statisticsOf = async (file: string): Promise<DatasetStatisticsProto> => allExamples(await readStatistics(file));
