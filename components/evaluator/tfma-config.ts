import type { SlicingSpecProto } from '../../formats/protobuf/tensorflow-model-analysis.js';
import type { EvaluationConfig, SliceSpec } from './evaluation-config.js';
import type { Metric } from './metrics/metric.js';
import type { EvaluationPlan, PlannedThreshold } from './plan.js';

/** TFMA's version whose files these are. */
const TFMA_VERSION = '0.47.1';

export interface TfmaRunFacts {
  readonly label: string;
  readonly signature: string;
  readonly dataLocation: string;
  /** Paths of the SavedModels. */
  readonly model: string;
  readonly baseline?: string | undefined;
}

/** The JSON of TFMA's `EvalRun`: what was asked and of what. TFMA and its viewers read it as `eval_config.json`. */
export function evalRunJson(config: EvaluationConfig, plan: EvaluationPlan, facts: TfmaRunFacts): unknown {
  const spec = {
    signatureName: facts.signature,
    labelKey: facts.label,
    ...(config.weight === undefined ? {} : { exampleWeightKey: config.weight }),
  };
  const compared = facts.baseline !== undefined;
  return {
    evalConfig: {
      modelSpecs: compared
        ? [
            { name: 'candidate', ...spec },
            { name: 'baseline', ...spec, isBaseline: true },
          ]
        : [spec],
      slicingSpecs: plan.slices.map(slicingSpec),
      metricsSpecs: metricsSpecs(plan, compared),
    },
    version: TFMA_VERSION,
    dataLocation: facts.dataLocation,
    fileFormat: '<unknown>',
    modelLocations: compared ? { candidate: facts.model, baseline: facts.baseline } : { '': facts.model },
  };
}

export function slicingSpec(spec: SliceSpec): SlicingSpecProto {
  if (Array.isArray(spec)) return spec.length === 0 ? {} : { featureKeys: spec };
  return { featureValues: Object.fromEntries(Object.entries(spec).map(([key, value]) => [key, String(value)])) };
}

function metricsSpecs(plan: EvaluationPlan, compared: boolean): unknown[] {
  const byClass = (metric: Metric) =>
    plan.head === 'multiclass' && metric.kind === 'scalar' && !metric.heads.includes('multiclass');
  const spec = (metrics: readonly Metric[], extra: object) => ({
    metrics: metrics.map((metric) => metricConfig(metric, plan, compared)),
    modelNames: compared ? ['candidate', 'baseline'] : [''],
    ...extra,
  });
  const classIds = Array.from({ length: plan.classes }, (_, index) => index);
  const binarized = {
    binarize: { classIds: { values: classIds } },
    aggregate: { macroAverage: true, classWeights: Object.fromEntries(classIds.map((id) => [String(id), 1])) },
  };
  const groups: [readonly Metric[], object][] = [
    [plan.metrics.filter((metric) => !byClass(metric)), {}],
    [plan.metrics.filter(byClass), binarized],
  ];
  return groups.filter(([metrics]) => metrics.length > 0).map(([metrics, extra]) => spec(metrics, extra));
}

function metricConfig(metric: Metric, plan: EvaluationPlan, compared: boolean): unknown {
  const { className, module, config } = metric.tfma;
  const own = plan.thresholds.filter(
    (threshold) => threshold.metric.name === metric.name && (compared || threshold.change === undefined),
  );
  const everywhere = own.filter(({ slice }) => slice === undefined);
  const somewhere = own.flatMap(({ slice, ...rest }) => (slice === undefined ? [] : [{ slice, ...rest }]));
  return {
    className,
    ...(module === undefined ? {} : { module }),
    ...(config === undefined || Object.keys(config).length === 0 ? {} : { config: JSON.stringify(config) }),
    ...(everywhere.length > 0 ? { threshold: Object.assign({}, ...everywhere.map(thresholdJson)) as object } : {}),
    ...(somewhere.length > 0
      ? {
          perSliceThresholds: somewhere.map((threshold) => ({
            slicingSpecs: [slicingSpec(threshold.slice)],
            threshold: thresholdJson(threshold),
          })),
        }
      : {}),
  };
}

function thresholdJson({ value, change }: Pick<PlannedThreshold, 'value' | 'change'>): object {
  return value ? { valueThreshold: value } : { changeThreshold: change };
}
