import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Type } from '@sinclair/typebox';
import { checkParameters, parseParameters, type ParameterSchema } from '../../components/parameters.js';

const schema = Type.Object({
  data: Type.String({ minLength: 1 }),
  epochs: Type.Integer({ default: 20, minimum: 1, maximum: 1000 }),
  rate: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  splits: Type.Array(Type.String(), { default: ['train'], minItems: 1, uniqueItems: true }),
  mode: Type.Union([Type.Literal('fast'), Type.Literal('exact')], { default: 'exact' }),
  thresholds: Type.Record(Type.String(), Type.Object({ lowerBound: Type.Number() }), { default: {} }),
  trainer: Type.Optional(Type.Object({ layers: Type.Array(Type.Integer()), seed: Type.Integer({ default: 7 }) })),
}) as unknown as ParameterSchema;

const problems = (given: unknown, of: ParameterSchema = schema): readonly string[] =>
  checkParameters(of, given).problems;

describe('parameters', () => {
  test('get every default filled in, also inside of objects that are given', () => {
    assert.deepEqual(checkParameters(schema, { data: 'x', trainer: { layers: [1] } }), {
      values: {
        data: 'x',
        epochs: 20,
        splits: ['train'],
        mode: 'exact',
        thresholds: {},
        trainer: { layers: [1], seed: 7 },
      },
      problems: [],
    });
  });

  test('are given as a whole list of problems, each with its path', () => {
    assert.deepEqual(
      problems({ epochs: 0.5, rate: 0, splits: ['a', 'a'], mode: 'slow', thresholds: { auc: { lower: 1 } }, epoch: 3 }),
      [
        'data is required',
        'epochs must be an integer, not 0.5',
        'rate must be above 0, not 0',
        'splits must not have equal items',
        'mode must be one of "fast", "exact", not "slow"',
        'thresholds.auc.lowerBound is required',
        'thresholds.auc.lower is not known; known are lowerBound',
        'epoch is not known; did you mean epochs?',
      ],
    );
  });

  test('refuse NaN, null and values of other types with what was found', () => {
    assert.deepEqual(problems({ data: 'x', rate: NaN }), ['rate must be a number, not null']);
    assert.deepEqual(problems({ data: null }), ['data must be a string, not null']);
    assert.deepEqual(problems({ data: ['x'] }), ['data must be a string, not ["x"]']);
    assert.deepEqual(problems([1]), ['parameters must be an object, not [1]']);
    assert.deepEqual(problems({ data: '' }), ['data must not be empty']);
  });

  test('do not mistake inherited names for parameters', () => {
    assert.deepEqual(problems({ data: 'x', constructor: 1 }), [
      'constructor is not known; known are data, epochs, rate, splits, mode, thresholds, trainer',
    ]);
    assert.equal(problems(JSON.parse('{"data":"x","__proto__":1}')).length, 1);
  });

  test('of a union of objects are explained by the nearest choice', () => {
    const span = Type.Object({
      span: Type.Union([
        Type.Object({ static: Type.Integer({ minimum: 0 }) }),
        Type.Object({ rolling: Type.Integer({ minimum: 1 }), start: Type.Optional(Type.Integer()) }),
      ]),
    }) as unknown as ParameterSchema;
    assert.deepEqual(problems({ span: { rolling: 3, start: 1 } }, span), []);
    assert.deepEqual(problems({ span: { static: -1 } }, span), ['span.static must be at least 0, not -1']);
    assert.deepEqual(problems({ span: 'latest' }, span), ['span must be an object or an object, not "latest"']);
    assert.deepEqual(problems({}, span), ['span is required']);
  });

  test('that are invalid throw one coded error', () => {
    assert.throws(() => parseParameters(schema, { data: '', epochs: 0 }, 'pipeline wine'), {
      code: 'PARAMETERS_INVALID',
      what: 'The parameters of pipeline wine are not valid: data must not be empty; epochs must be at least 1, not 0',
    });
  });
});
