import { writeFile } from 'node:fs/promises';
import {
  encodeMetricsForSlice,
  encodePlotsForSlice,
  encodeValidationResult,
} from '../../formats/protobuf/tensorflow-model-analysis.js';
import { writeTfRecords } from '../../formats/tfrecord.js';
import type { OutputPlace } from '../implement.js';
import type { EvaluationState, SliceMeasures } from './measure.js';
import type { MetricsJson } from './metrics-json.js';
import type { EvaluationPlan } from './plan.js';
import { plotsRecords } from './plots.js';
import { metricsRecord, validationRecord, type RecordOptions } from './tfma-records.js';
import type { Validation } from './validate.js';

export interface EvaluationFiles {
  readonly state: EvaluationState;
  readonly plan: EvaluationPlan;
  readonly slices: readonly SliceMeasures[];
  readonly validation: Validation;
  readonly evalRun: unknown;
  readonly metricsJson: MetricsJson;
}

/** Writes TFMA's files, which its Python library opens, and ours beside them. */
export async function writeEvaluation(place: OutputPlace, files: EvaluationFiles): Promise<void> {
  const { plan, slices, validation } = files;
  const compared = slices.some(({ measures }) => measures.some(({ key }) => key.role === 'baseline'));
  const options: RecordOptions = { compared, weighted: plan.weighted };
  const records = (name: string, list: readonly Uint8Array[]) =>
    writeTfRecords(place.file(name), list, { gzip: false });
  await records(
    'metrics-00000-of-00001.tfrecord',
    slices.map((slice) => encodeMetricsForSlice(metricsRecord(slice, options))),
  );
  await records('plots-00000-of-00001.tfrecord', plotsRecords(files.state, plan, options).map(encodePlotsForSlice));
  await records('attributions-00000-of-00001.tfrecord', []);
  await records('validations.tfrecord', [encodeValidationResult(validationRecord(validation, options))]);
  await writeFile(place.file('eval_config.json'), JSON.stringify(files.evalRun, undefined, 2));
  await writeFile(place.file('metrics.json'), `${JSON.stringify(files.metricsJson, undefined, 2)}\n`);
}
