import type { Command } from 'commander';
import {
  allExamples,
  anomaliesText,
  checkComparator,
  customAnomaliesOf,
  findSampleRows,
  isPipelineError,
  listAnomalies,
  readSchema,
  readStatistics,
  sampleRowsText,
  validateBeyond,
  withCustomAnomalies,
  writeAnomalies,
  type AnomaliesProto,
  type BeyondOptions,
  type SampleRow,
  type SchemaProto,
  type StatisticsProto,
} from '../../data.js';
import { PipelineError } from '../../errors/pipeline-error.js';
import { print, printJson, say } from '../console.js';
import { collect, dataOptions, protoFile, wholeNumber, withInputFlags, type InputFlags } from '../data-options.js';
import { exitCodes } from '../exit-codes.js';
import { bound, customValidations, severity, stability } from '../validation-rules.js';

interface ValidateFlags extends InputFlags {
  readonly schema: string;
  readonly environment?: string;
  readonly previous?: string;
  readonly previousVersion?: string;
  readonly serving?: string;
  readonly bound?: BeyondOptions['bounds'];
  readonly psi?: BeyondOptions['populationStability'];
  readonly severity?: BeyondOptions['severityOverrides'];
  readonly customValidation?: string;
  readonly examples?: readonly string[];
  readonly sampleRows?: number;
  readonly output?: string;
  readonly json?: boolean;
}

export function registerDataValidate(data: Command): void {
  const command = data
    .command('validate <statistics>')
    .description('compare statistics with a schema; exit code 5 when there are anomalies of severity ERROR')
    .requiredOption('--schema <file>', 'the schema, .pbtxt or .pb')
    .option('--environment <name>', 'e.g. SERVING, where the label is absent')
    .option('--previous <statistics>', 'of earlier data, for drift')
    .option('--previous-version <statistics>', 'of an earlier version of the same data, for the number of examples')
    .option('--serving <statistics>', 'of what a served model sees, for skew')
    .option('--bound <rule>', 'feature.statistic=min..max, e.g. fare.mean=5..20; may be repeated', bound)
    .option(
      '--psi <rule>',
      'feature=threshold: population stability index against --previous; may be repeated',
      stability,
    )
    .option('--severity <rule>', 'TYPE=WARNING or TYPE=ERROR for anomalies of a type; may be repeated', severity)
    .option('--custom-validation <file>', 'a CustomValidationConfig as .pbtxt or .json: SQL over the statistics')
    .option('--examples <input>', 'the data themselves, to show rows with anomalies; may be repeated', collect)
    .option('--sample-rows <number>', 'rows shown per anomaly (3)', wholeNumber)
    .option('-o, --output <file>', 'anomalies as .pbtxt or .pb')
    .option('--json', 'print the anomalies as JSON');
  withInputFlags(command).action(validate);
}

async function validate(file: string, flags: ValidateFlags): Promise<void> {
  const target = flags.output === undefined ? undefined : await protoFile(flags.output);
  const schema = await readSchema(flags.schema);
  warnOfComparators(schema);
  if (flags.psi !== undefined && flags.previous === undefined)
    throw new PipelineError('USAGE', {
      what: '--psi compares with earlier data, but there are none.',
      fix: 'Add --previous with the statistics of earlier data.',
    });
  const anomalies = await anomaliesOf(await readStatistics(file), schema, flags);
  const { examples, sampleRows: limit } = flags;
  const rows = examples && (await findSampleRows(examples, anomalies, schema, { ...dataOptions(flags), limit }));
  if (target !== undefined) await writeAnomalies(target, anomalies);
  const listed = listAnomalies(anomalies);
  if (flags.json === true)
    printJson(rows === undefined ? listed : listed.map((one) => ({ ...one, rows: of(one.feature, rows) })));
  else print([anomaliesText(anomalies), ...sampleRowsText(rows ?? [])].join('\n'));
  if (target !== undefined) say(`→ ${target}`);
  if (listed.some((one) => one.severity === 'ERROR')) process.exitCode = exitCodes.dataRejected;
}

async function anomaliesOf(
  statistics: StatisticsProto,
  schema: SchemaProto,
  { environment, bound: bounds, psi, severity: severityOverrides, ...flags }: ValidateFlags,
): Promise<AnomaliesProto> {
  const [previous, version, serving] = [
    await statisticsOf(flags.previous),
    await statisticsOf(flags.previousVersion),
    await statisticsOf(flags.serving),
  ];
  const anomalies = validateBeyond(allExamples(statistics), schema, {
    environment,
    previousStatistics: previous && allExamples(previous),
    previousVersionStatistics: version && allExamples(version),
    servingStatistics: serving && allExamples(serving),
    bounds,
    populationStability: psi,
    severityOverrides,
  });
  if (flags.customValidation === undefined) return anomalies;
  const config = await customValidations(flags.customValidation);
  return withCustomAnomalies(anomalies, await customAnomaliesOf(statistics, config, { base: previous, environment }));
}

const statisticsOf = async (file: string | undefined): Promise<StatisticsProto | undefined> =>
  file === undefined ? undefined : await readStatistics(file);

const of = (feature: string, rows: readonly SampleRow[]): SampleRow[] => rows.filter((row) => row.feature === feature);

/** A schema file is taken as it is, as TFDV takes it; a comparator of it that never fires is said. */
function warnOfComparators({ feature = [] }: SchemaProto): void {
  for (const one of feature)
    for (const comparator of [one.driftComparator, one.skewComparator])
      try {
        checkComparator(one, comparator);
      } catch (error) {
        if (!isPipelineError(error)) throw error;
        say(`Warning: ${error.what} ${error.fix}`);
      }
}
