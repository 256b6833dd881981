import { PipelineError } from '../../errors/pipeline-error.js';
import type { SchemaProto } from '../../formats/schema.js';
import {
  isAnomalyType,
  type AnomaliesProto,
  type AnomalyInfoProto,
  type DatasetStatisticsProto,
  type DriftSkewInfoProto,
} from '../../formats/statistics.js';
import { checkDatasetConstraints } from './rules/dataset-constraints.js';
import { finding, severityOf, summarize, type Finding, type SeverityOverrides } from './rules/description.js';
import { compareUtf8, serializePath, type FeaturePath } from './rules/feature-path.js';
import { deprecate } from './rules/lifecycle.js';
import { DatasetView, isWeighted, type FeatureView } from './rules/statistics-view.js';
import { updateFeature } from './rules/update-feature.js';
import { indexSchema, WorkingSchema, type SchemaIndex } from './rules/working-schema.js';

export interface ValidationOptions {
  /** Must be one of the schema's default environments. */
  readonly environment?: string | undefined;
  /** Earlier data: drift comparators, and the number of examples. */
  readonly previousStatistics?: DatasetStatisticsProto | undefined;
  /** What a served model sees: skew comparators. */
  readonly servingStatistics?: DatasetStatisticsProto | undefined;
  /** An earlier version of the same data: the number of examples. */
  readonly previousVersionStatistics?: DatasetStatisticsProto | undefined;
  readonly severityOverrides?: SeverityOverrides | undefined;
}

/** New columns with up to so many distinct texts are suggested with a domain. */
export const VALIDATION_INFERENCE = { inferShape: false, maxDomainSize: 400 } as const;

interface Anomaly {
  readonly path: FeaturePath;
  readonly working: WorkingSchema;
  readonly findings: Finding[];
}

class Validation {
  readonly #schema: SchemaProto;
  readonly #index: SchemaIndex;
  readonly #baseline: WorkingSchema;
  readonly anomalies = new Map<string, Anomaly>();
  readonly driftSkew = new Map<string, DriftSkewInfoProto>();

  constructor(schema: SchemaProto) {
    this.#schema = schema;
    this.#index = indexSchema(schema);
    this.#baseline = new WorkingSchema(schema, this.#index);
  }

  findFeatureAnomalies(dataset: DatasetView): void {
    for (const view of dataset.roots()) this.#check(view);
    const present = new Set(dataset.features.map(({ key }) => key));
    for (const path of this.#baseline.missingPaths(present, dataset.environment, serializePath)) {
      const anomaly = this.#anomaly(path);
      anomaly.findings.push(finding('SCHEMA_MISSING_COLUMN', 'Column dropped', 'Column is completely missing'));
      const feature = anomaly.working.feature(path);
      if (feature) deprecate(feature);
    }
  }

  #anomaly(path: FeaturePath): Anomaly {
    const key = serializePath(path);
    const known = this.anomalies.get(key);
    if (known !== undefined) return known;
    const made = { path, working: new WorkingSchema(this.#schema, this.#index), findings: [] };
    this.anomalies.set(key, made);
    return made;
  }

  #check(view: FeatureView): void {
    if (!this.#baseline.has(view.path)) {
      this.#create(view, this.#anomaly(view.path));
      return;
    }
    if (this.#baseline.isDeprecated(view.path)) return;
    const working = new WorkingSchema(this.#schema, this.#index);
    const { findings, driftSkew } = updateFeature(working, view, VALIDATION_INFERENCE);
    if (driftSkew) this.driftSkew.set(view.key, driftSkew);
    if (findings.length > 0) this.anomalies.set(view.key, { path: view.path, working, findings: [...findings] });
    if (findings.length > 0 && working.isDeprecated(view.path)) return;
    for (const child of view.children()) this.#check(child);
  }

  #create(view: FeatureView, anomaly: Anomaly): void {
    anomaly.findings.push(...updateFeature(anomaly.working, view, VALIDATION_INFERENCE).findings);
    for (const child of view.children()) this.#create(child, anomaly);
  }
}

function anomalyInfo(findings: readonly Finding[], overrides: SeverityOverrides): AnomalyInfoProto {
  return { ...summarize(findings), severity: severityOf(findings, overrides) };
}

/** Compares statistics with a schema and lists what disagrees, as TFDV's `validate_statistics`. */
export function validateStatistics(
  statistics: DatasetStatisticsProto,
  schema: SchemaProto,
  options: ValidationOptions = {},
): AnomaliesProto {
  checkEnvironment(schema, options.environment);
  checkOverrides(options.severityOverrides);
  if ((statistics.numExamples ?? 0) === 0) return { baseline: schema, dataMissing: true };
  const dataset = datasetView(statistics, options);
  const validation = new Validation(schema);
  validation.findFeatureAnomalies(dataset);
  const constraints = structuredClone(schema.datasetConstraints);
  const datasetFindings = constraints ? checkDatasetConstraints(dataset, constraints) : [];
  const overrides = options.severityOverrides ?? {};
  const byKey = <T>(map: ReadonlyMap<string, T>): [string, T][] => [...map].sort(([a], [b]) => compareUtf8(a, b));
  const infos = byKey(validation.anomalies).map(([key, { path, findings }]): [string, AnomalyInfoProto] => [
    key,
    { ...anomalyInfo(findings, overrides), path: { step: [...path] } },
  ]);
  return {
    baseline: schema,
    anomalyNameFormat: 'SERIALIZED_PATH',
    ...(infos.length > 0 && { anomalyInfo: Object.fromEntries(infos) }),
    ...(datasetFindings.length > 0 && { datasetAnomalyInfo: anomalyInfo(datasetFindings, overrides) }),
    ...(validation.driftSkew.size > 0 && { driftSkewInfo: byKey(validation.driftSkew).map(([, info]) => info) }),
  };
}

/**
 * The schema that would have accepted a feature's data: what `validateStatistics` suggests for one anomaly.
 * Undefined when the feature has no anomaly.
 */
export function suggestedSchema(
  statistics: DatasetStatisticsProto,
  schema: SchemaProto,
  key: string,
  options: ValidationOptions = {},
): SchemaProto | undefined {
  const validation = new Validation(schema);
  validation.findFeatureAnomalies(datasetView(statistics, options));
  return validation.anomalies.get(key)?.working.schema;
}

function datasetView(statistics: DatasetStatisticsProto, options: ValidationOptions): DatasetView {
  const byWeight = isWeighted(statistics);
  const { environment } = options;
  const control = (dataset: DatasetStatisticsProto | undefined): DatasetView | undefined =>
    dataset && !isBlank(dataset) ? new DatasetView(dataset, { byWeight, environment }) : undefined;
  return new DatasetView(statistics, {
    byWeight,
    environment,
    controls: {
      previousSpan: control(options.previousStatistics),
      serving: control(options.servingStatistics),
      previousVersion: control(options.previousVersionStatistics),
    },
  });
}

/** Statistics of no rows at all, which TFDV takes for no statistics. */
const isBlank = ({ name = '', numExamples = 0, features = [] }: DatasetStatisticsProto): boolean =>
  name === '' && numExamples === 0 && features.length === 0;

/** @throws SCHEMA_ENVIRONMENT_UNKNOWN */
function checkEnvironment(schema: SchemaProto, environment: string | undefined): void {
  const known = schema.defaultEnvironment ?? [];
  if (environment === undefined || known.includes(environment)) return;
  throw new PipelineError('SCHEMA_ENVIRONMENT_UNKNOWN', {
    what: `The environment ${JSON.stringify(environment)} is not among the schema's: ${known.join(', ') || 'it has none'}.`,
    details: { environment },
  });
}

/** @throws SEVERITY_OVERRIDE_UNKNOWN */
function checkOverrides(overrides: SeverityOverrides = {}): void {
  const unknown = Object.keys(overrides).find((type) => !isAnomalyType(type));
  if (unknown === undefined) return;
  throw new PipelineError('SEVERITY_OVERRIDE_UNKNOWN', {
    what: `There is no type of anomaly named ${JSON.stringify(unknown)}.`,
    details: { type: unknown },
  });
}
