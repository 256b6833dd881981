import type { DuckDBConnection } from '@duckdb/node-api';
import { PipelineError } from '../../errors/pipeline-error.js';
import { withDuckDb } from '../../formats/duckdb.js';
import {
  allExamples,
  type AnomaliesProto,
  type AnomalyInfoProto,
  type DatasetStatisticsProto,
  type FeatureStatisticsProto,
  type StatisticsProto,
} from '../../formats/statistics.js';
import type { Resources } from '../implement.js';
import type { CustomValidation, CustomValidationConfig } from './custom-validation-config.js';
import { duckDbSql, GOOGLE_SQL_NAMES } from './google-sql.js';
import { pathOf, serializePath, type FeaturePath } from './rules/feature-path.js';
import { worse } from './rules/description.js';
import { STATISTICS_STRUCTURE, statisticsJson } from './statistics-struct.js';

export interface CustomValidationOptions {
  /** Statistics of the earlier data, for pairs. */
  readonly base?: StatisticsProto | undefined;
  readonly environment?: string | undefined;
}

/** Names of columns and their statistics. */
type Operands = Readonly<Record<string, FeatureStatisticsProto>>;

interface Check {
  readonly path: FeaturePath;
  readonly operands: Operands;
  readonly validations: readonly CustomValidation[];
  /** What the description says of the data sets. */
  readonly where: string;
}

/**
 * Runs SQL validations over the statistics of features, as TensorFlow Data Validation's `custom_validate_statistics`: an
 * expression that is false is an anomaly. It runs in an engine that can reach no file.
 *
 * @returns anomalies by serialized path
 * @throws CUSTOM_VALIDATION_INVALID for what is no boolean; CUSTOM_VALIDATION_UNKNOWN for absent features and datasets
 */
export async function customAnomalies(
  statistics: StatisticsProto,
  config: CustomValidationConfig,
  options: CustomValidationOptions,
  resources: Pick<Resources, 'temporaryPath'>,
): Promise<Record<string, AnomalyInfoProto>> {
  const checks = [...singles(statistics, config), ...pairs(statistics, config, options.base)];
  const found: Record<string, AnomalyInfoProto> = {};
  const { temporaryPath } = resources;
  const bounds = { threads: 1, memoryLimitMiB: 256, temporaryPath, allowedPaths: [], divisionByZero: 'null' } as const;
  await withDuckDb(bounds, async (connection) => {
    for (const statement of GOOGLE_SQL_NAMES) await connection.run(statement);
    for (const { path, operands, validations, where } of checks) {
      const due = validations.filter((validation) => isDue(validation, options.environment));
      for (const validation of due)
        if (!(await holds(connection, validation.sqlExpression, operands)))
          add(found, path, anomaly(validation, path, where));
    }
  });
  return found;
}

/** As TFDV does, whatever its documentation says: without an environment, those that name one are left out. */
const isDue = ({ inEnvironment = [] }: CustomValidation, environment: string | undefined): boolean =>
  inEnvironment.length === 0 || (environment !== undefined && inEnvironment.includes(environment));

function singles(statistics: StatisticsProto, { featureValidations = [] }: CustomValidationConfig): Check[] {
  return featureValidations.map(({ datasetName, featurePath, validations }) => {
    const path = stepsOf(featurePath);
    const operands = { feature: featureIn(statistics, datasetName, path) };
    return { path, operands, validations, where: testDataset(datasetName) };
  });
}

function pairs(
  statistics: StatisticsProto,
  { featurePairValidations = [] }: CustomValidationConfig,
  base: StatisticsProto | undefined,
): Check[] {
  return featurePairValidations.map(
    ({ datasetName, baseDatasetName, featureTestPath, featureBasePath, validations }) => {
      if (base === undefined)
        throw unknown('Validations of feature pairs need statistics of earlier data, and there are none.');
      const [path, basePath] = [stepsOf(featureTestPath), stepsOf(featureBasePath)];
      const operands = {
        feature_test: featureIn(statistics, datasetName, path),
        feature_base: featureIn(base, baseDatasetName, basePath),
      };
      const where = `${testDataset(datasetName)} Base dataset: ${baseDatasetName ?? ''} Base path: ${serializePath(basePath)}`;
      return { path, operands, validations, where };
    },
  );
}

const stepsOf = (path: string | { step: string[] }): FeaturePath => (typeof path === 'string' ? [path] : path.step);
const testDataset = (name = ''): string => `Test dataset: ${name === '' ? 'default slice' : name}`;

function featureIn(statistics: StatisticsProto, name: string | undefined, path: FeaturePath): FeatureStatisticsProto {
  const key = serializePath(path);
  const found = datasetOf(statistics, name).features?.find((feature) => serializePath(pathOf(feature)) === key);
  if (found === undefined)
    throw unknown(`A custom validation names the feature ${JSON.stringify(key)}, which the statistics lack.`);
  return found;
}

function datasetOf(statistics: StatisticsProto, name: string | undefined): DatasetStatisticsProto {
  if (name === undefined || name === '') return allExamples(statistics);
  const found = statistics.datasets?.find((dataset) => dataset.name === name);
  if (found === undefined)
    throw unknown(`A custom validation names the dataset ${JSON.stringify(name)}, which the statistics lack.`);
  return found;
}

async function holds(connection: DuckDBConnection, expression: string, operands: Operands): Promise<boolean> {
  const names = Object.keys(operands);
  const columns = names.map((name, index) => `from_json($${index * 2 + 1}, $${index * 2 + 2}) AS ${name}`);
  let answer: unknown;
  try {
    const prepared = await connection.prepare(`SELECT (${duckDbSql(expression)}) FROM (SELECT ${columns.join(', ')})`);
    names.forEach((name, index) => {
      prepared.bindVarchar(index * 2 + 1, statisticsJson(operands[name] ?? {}));
      prepared.bindVarchar(index * 2 + 2, STATISTICS_STRUCTURE);
    });
    answer = (await prepared.runAndReadAll()).getRows()[0]?.[0];
  } catch (cause) {
    const [reason = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
    throw invalid(expression, reason, cause);
  }
  if (typeof answer === 'boolean') return answer;
  throw invalid(expression, answer === null ? 'it gives null' : 'it gives no boolean');
}

function anomaly(
  { sqlExpression, severity = 'ERROR', description = '' }: CustomValidation,
  path: FeaturePath,
  where: string,
): AnomalyInfoProto {
  const long = `Custom validation triggered anomaly. Query: ${sqlExpression} ${where}`;
  const reason = [{ type: 'CUSTOM_VALIDATION', shortDescription: description, description: long }];
  return { path: { step: [...path] }, severity, shortDescription: description, description: long, reason };
}

function add(found: Record<string, AnomalyInfoProto>, path: FeaturePath, info: AnomalyInfoProto): void {
  const key = serializePath(path);
  found[key] = together(found[key], info);
}

function together(known: AnomalyInfoProto | undefined, more: AnomalyInfoProto): AnomalyInfoProto {
  if (known === undefined) return more;
  const reason = [...(known.reason ?? []), ...(more.reason ?? [])];
  return {
    ...known,
    severity: worse(known.severity ?? 'UNKNOWN', more.severity ?? 'UNKNOWN'),
    shortDescription: 'Multiple errors',
    description: reason.map(({ description = '' }) => description).join(' '),
    reason,
  };
}

/** The anomalies of a validation with those of custom validations. */
export function withCustomAnomalies(
  anomalies: AnomaliesProto,
  custom: Readonly<Record<string, AnomalyInfoProto>>,
): AnomaliesProto {
  if (Object.keys(custom).length === 0) return anomalies;
  const infos = { ...anomalies.anomalyInfo };
  for (const [key, info] of Object.entries(custom)) infos[key] = together(infos[key], info);
  return { ...anomalies, anomalyInfo: infos };
}

const unknown = (what: string): PipelineError => new PipelineError('CUSTOM_VALIDATION_UNKNOWN', { what });

function invalid(expression: string, reason: string, cause?: unknown): PipelineError {
  return new PipelineError('CUSTOM_VALIDATION_INVALID', {
    what: `The custom validation ${JSON.stringify(expression.slice(0, 200))} can not be answered: ${reason.slice(0, 300)}.`,
    ...(cause !== undefined && { cause }),
  });
}
