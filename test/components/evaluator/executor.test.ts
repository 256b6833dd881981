import assert from 'node:assert/strict';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Evaluator } from '../../../components/evaluator/contract.js';
import type { EvaluationConfig } from '../../../components/evaluator/evaluation-config.js';
import { evaluator } from '../../../components/evaluator/executor.js';
import type { MetricsJson } from '../../../components/evaluator/metrics-json.js';
import type { InputArtifact } from '../../../components/implement.js';
import {
  decodeMetricsForSlice,
  decodePlotsForSlice,
  decodeValidationResult,
} from '../../../formats/protobuf/tensorflow-model-analysis.js';
import { readTfRecords } from '../../../formats/tfrecord.js';
import { executorContext, inputArtifact, temporaryFolder } from '../../support/executor-context.js';
import { writeTinyExamples } from '../../support/tiny-examples.js';
import { writeTinyModel, type TinyModel } from '../../support/tiny-model.js';

const root = temporaryFolder('evaluator');
after(() => rm(root, { recursive: true, force: true }));

/** y = 2x + noise that grows in nice; the last row has no label. */
const ROWS = Array.from({ length: 300 }, (_, i) => {
  const x = (i % 20) / 10;
  const city = ['paris', 'lyon', 'nice'][i % 3] ?? '';
  const noise = city === 'nice' ? Math.sin(i * 12.9898) * 3 : Math.sin(i) / 20;
  return { x, y: i === 299 ? null : 2 * x + noise, city };
});
const CLASSES = ROWS.map((row, i) => ({ ...row, y: row.y === null ? null : Number(row.x + Math.sin(i) > 1) }));

let numbers: InputArtifact;
let classes: InputArtifact;
before(async () => {
  numbers = await inputArtifact('Examples', await writeTinyExamples(path.join(root, 'numbers'), 'eval', ROWS));
  classes = await inputArtifact('Examples', await writeTinyExamples(path.join(root, 'classes'), 'eval', CLASSES));
});

async function model(name: string, facts: TinyModel): Promise<InputArtifact> {
  await writeTinyModel(path.join(root, name), facts);
  return await inputArtifact('Model', path.join(root, name));
}

const line = (slope: number, bias = 0): TinyModel => ({ head: 'regression', slopes: [slope], biases: [bias] });

async function evaluate(
  examples: InputArtifact,
  candidate: InputArtifact,
  config: EvaluationConfig,
  baseline?: InputArtifact,
) {
  const context = executorContext(Evaluator, root, {
    inputs: { examples: [examples], model: candidate, baseline, schema: undefined },
    parameters: { config, exampleSplits: ['eval'] },
  });
  const result = await evaluator.executor?.(context);
  assert.ok(result);
  const folder = context.outputs.evaluation.path;
  const json = JSON.parse(await readFile(path.join(folder, 'metrics.json'), 'utf8')) as MetricsJson;
  const blessing = result.properties?.blessing ?? {};
  return {
    result,
    json,
    folder,
    verdict: blessing['verdict'],
    reasons: JSON.parse(String(blessing['reasons'])) as string[],
    files: await readdir(context.outputs.blessing.path),
  };
}

async function records(file: string): Promise<Uint8Array[]> {
  const found: Uint8Array[] = [];
  for await (const record of readTfRecords(file)) found.push(record);
  return found;
}

describe('Evaluator on a regression', () => {
  it('blesses a model that keeps its bounds, and says how good it is', async () => {
    const found = await evaluate(numbers, await model('good', line(2)), {
      thresholds: { squaredPearsonCorrelation: { lowerBound: 0.3 } },
    });
    assert.equal(found.verdict, 'BLESSED');
    assert.deepEqual(found.files, ['BLESSED']);
    assert.deepEqual([found.json.rows, found.json.unlabelledRows], [300, 1]);
    assert.equal(found.json.slices[0]?.metrics['exampleCount'], 299);
    assert.ok((found.result.metrics?.['squaredPearsonCorrelation'] ?? 0) > 0.3);
  });

  it('refuses a model that misses a bound on one slice, and names slice, value, bound and rows', async () => {
    const found = await evaluate(numbers, await model('sliced', line(2)), {
      slices: [[], ['city']],
      thresholds: { squaredPearsonCorrelation: { lowerBound: 0.8, slices: [['city']] } },
    });
    assert.equal(found.verdict, 'NOT_BLESSED');
    assert.deepEqual(found.files, ['NOT_BLESSED']);
    assert.equal(found.reasons.length, 1);
    assert.match(
      found.reasons[0] ?? '',
      /^squared Pearson correlation 0\.\d+ is below 0\.8 on slice city=nice \(99 rows\)$/,
    );
  });

  it('refuses a second model that is worse than the blessed one, and accepts the same again', async () => {
    const config: EvaluationConfig = { thresholds: { meanSquaredError: { change: { absolute: 0 } } } };
    const better = await model('better', line(2));
    const first = await evaluate(numbers, better, config);
    assert.equal(first.verdict, 'BLESSED');
    assert.match(first.reasons[0] ?? '', /no blessed model to compare with/);
    const worse = await evaluate(numbers, await model('worse', line(1)), config, better);
    assert.equal(worse.verdict, 'NOT_BLESSED');
    assert.match(
      worse.reasons[0] ?? '',
      /^mean squared error [\d.]+ is \+[\d.]+ \(\+[\d.]+ %\) against the baseline's [\d.]+ on all 299 rows; asked for at most 0$/,
    );
    assert.equal((await evaluate(numbers, better, config, better)).verdict, 'BLESSED');
  });

  it('is not evaluated without thresholds, and when no row has a label', async () => {
    const good = await model('unasked', line(2));
    const unasked = await evaluate(numbers, good, {});
    assert.equal(unasked.verdict, 'NOT_EVALUATED');
    assert.deepEqual(unasked.files, ['NOT_EVALUATED']);
    const blank = await writeTinyExamples(path.join(root, 'blank'), 'eval', [
      { x: 1, y: null, city: 'paris' },
      { x: 2, y: null, city: 'paris' },
    ]);
    const empty = await evaluate(await inputArtifact('Examples', blank), good, {
      thresholds: { meanSquaredError: { upperBound: 1 } },
    });
    assert.equal(empty.verdict, 'NOT_EVALUATED');
    assert.deepEqual(empty.reasons, ['no row with a label in split eval']);
  });

  it('fails a threshold on a slice that the data do not have', async () => {
    const found = await evaluate(numbers, await model('unsliced', line(2)), {
      thresholds: { meanSquaredError: { upperBound: 100, slices: [{ city: 'marseille' }] } },
    });
    assert.equal(found.verdict, 'NOT_BLESSED');
    assert.deepEqual(found.reasons, [
      'no rows for slice city=marseille, which a threshold on mean squared error names',
    ]);
  });

  it('refuses metrics, splits, slices and labels that do not exist, before or while reading', async () => {
    const good = await model('refusals', line(2));
    await assert.rejects(evaluate(numbers, good, { metrics: ['meanSquareError'] }), {
      code: 'EVALUATION_METRIC_UNKNOWN',
    });
    await assert.rejects(evaluate(numbers, good, { metrics: ['auc'] }), { code: 'EVALUATION_METRIC_MISMATCH' });
    await assert.rejects(evaluate(numbers, good, { slices: [['town']] }), { code: 'EVALUATION_SLICE_UNKNOWN' });
    await assert.rejects(evaluate(numbers, good, { label: 'z' }), { code: 'EVALUATION_LABEL_MISSING' });
    await assert.rejects(evaluate(numbers, good, { thresholds: { meanSquaredError: {} } }), {
      code: 'EVALUATION_CONFIG_INVALID',
    });
  });

  it('gives the same bytes twice', async () => {
    const good = await model('same', line(2));
    const config: EvaluationConfig = { slices: [[], ['city']], thresholds: { meanSquaredError: { upperBound: 9 } } };
    const [one, two] = [await evaluate(numbers, good, config), await evaluate(numbers, good, config)];
    for (const file of await readdir(one.folder)) {
      assert.deepEqual(await readFile(path.join(one.folder, file)), await readFile(path.join(two.folder, file)), file);
    }
  });
});

describe('Evaluator on a classification', () => {
  const logistic: TinyModel = { head: 'binary', slopes: [3], biases: [-3] };

  it('measures a binary model by slice beside a baseline and writes what TFMA reads', async () => {
    const baseline = await model('coin', { head: 'binary', slopes: [0], biases: [0.1] });
    const found = await evaluate(
      classes,
      await model('logistic', logistic),
      {
        metrics: ['accuracy', 'crossEntropy', 'auc'],
        slices: [[], ['city']],
        thresholds: { auc: { lowerBound: 0.7, change: { absolute: 0.05, relative: 0.1 } } },
      },
      baseline,
    );
    assert.equal(found.verdict, 'BLESSED');
    const metrics = (await records(path.join(found.folder, 'metrics-00000-of-00001.tfrecord'))).map(
      decodeMetricsForSlice,
    );
    assert.equal(metrics.length, 4);
    const keys = metrics[0]?.metricKeysAndValues?.map(({ key }) => [key?.name, key?.modelName, key?.isDiff ?? false]);
    assert.deepEqual(
      keys?.filter(([name]) => name === 'auc'),
      [
        ['auc', 'candidate', false],
        ['auc', 'baseline', false],
        ['auc', 'candidate', true],
      ],
    );
    const [validation] = (await records(path.join(found.folder, 'validations.tfrecord'))).map(decodeValidationResult);
    assert.equal(validation?.validationOk, true);
    assert.deepEqual(validation.validationDetails?.slicingDetails, [{ slicingSpec: {}, numMatchingSlices: 4 }]);
    const plots = (await records(path.join(found.folder, 'plots-00000-of-00001.tfrecord'))).map(decodePlotsForSlice);
    assert.equal(plots.length, 4);
    const config = JSON.parse(await readFile(path.join(found.folder, 'eval_config.json'), 'utf8')) as {
      evalConfig: { modelSpecs: { name: string }[] };
    };
    assert.deepEqual(
      config.evalConfig.modelSpecs.map(({ name }) => name),
      ['candidate', 'baseline'],
    );
  });

  it('fails a threshold whose metric is not defined, e.g. AUC with one class only', async () => {
    const folder = path.join(root, 'one-class');
    await writeTinyExamples(
      folder,
      'eval',
      CLASSES.filter(({ y }) => y === 1),
    );
    const found = await evaluate(await inputArtifact('Examples', folder), await model('one', logistic), {
      thresholds: { auc: { lowerBound: 0.5 } },
    });
    assert.equal(found.verdict, 'NOT_BLESSED');
    assert.match(found.reasons[0] ?? '', /^AUC is not defined on all \d+ rows$/);
  });

  it('measures several classes as a whole, class by class and on average', async () => {
    const found = await evaluate(
      classes,
      await model('three', { head: 'multiclass', slopes: [-3, 3, 0], biases: [3, -3, -9], classes: ['a', 'b', 'c'] }),
      { metrics: ['accuracy', 'crossEntropy', 'recall'], thresholds: { accuracy: { lowerBound: 0.6 } } },
    );
    assert.equal(found.verdict, 'BLESSED');
    assert.deepEqual(Object.keys(found.json.slices[0]?.classes ?? {}), ['a', 'b', 'c']);
    assert.equal(found.json.slices[0]?.classes?.['c']?.['recall'], null);
    assert.equal(found.json.slices[0].metrics['recall'], null);
  });

  it('compares with nothing when the blessed model has another head', async () => {
    const found = await evaluate(
      classes,
      await model('now-binary', logistic),
      { thresholds: { accuracy: { change: { absolute: 0 } } } },
      await model('was-regression', line(1)),
    );
    assert.equal(found.verdict, 'BLESSED');
    assert.equal(found.json.rubberStamp, true);
  });
});
