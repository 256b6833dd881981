import type { Command } from 'commander';
import {
  allExamples,
  anomaliesText,
  listAnomalies,
  readSchema,
  readStatistics,
  validateStatistics,
  writeAnomalies,
  type DatasetStatisticsProto,
} from '../../data.js';
import { print, printJson, say } from '../console.js';
import { protoFile } from '../data-options.js';
import { exitCodes } from '../exit-codes.js';

interface ValidateFlags {
  readonly schema: string;
  readonly environment?: string;
  readonly previous?: string;
  readonly previousVersion?: string;
  readonly serving?: string;
  readonly output?: string;
  readonly json?: boolean;
}

export function registerDataValidate(data: Command): void {
  data
    .command('validate <statistics>')
    .description('compare statistics with a schema; exit code 5 when there are anomalies of severity ERROR')
    .requiredOption('--schema <file>', 'the schema, .pbtxt or .pb')
    .option('--environment <name>', 'e.g. SERVING, where the label is absent')
    .option('--previous <statistics>', 'of earlier data, for drift')
    .option('--previous-version <statistics>', 'of an earlier version of the same data, for the number of examples')
    .option('--serving <statistics>', 'of what a served model sees, for skew')
    .option('-o, --output <file>', 'anomalies as .pbtxt or .pb')
    .option('--json', 'print the anomalies as JSON')
    .action(validate);
}

async function validate(file: string, flags: ValidateFlags): Promise<void> {
  const target = flags.output === undefined ? undefined : await protoFile(flags.output);
  const schema = await readSchema(flags.schema);
  const anomalies = validateStatistics(allExamples(await readStatistics(file)), schema, {
    environment: flags.environment,
    previousStatistics: await statisticsOf(flags.previous),
    previousVersionStatistics: await statisticsOf(flags.previousVersion),
    servingStatistics: await statisticsOf(flags.serving),
  });
  if (target !== undefined) await writeAnomalies(target, anomalies);
  const listed = listAnomalies(anomalies);
  if (flags.json === true) printJson(listed);
  else print(anomaliesText(anomalies));
  if (target !== undefined) say(`→ ${target}`);
  if (listed.some(({ severity }) => severity === 'ERROR')) process.exitCode = exitCodes.dataRejected;
}

const statisticsOf = async (file: string | undefined): Promise<DatasetStatisticsProto | undefined> =>
  file === undefined ? undefined : allExamples(await readStatistics(file));
