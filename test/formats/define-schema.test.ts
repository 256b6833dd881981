import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPipelineError } from '../../errors/pipeline-error.js';
import { checkComparators, defineSchema, float, int, string, type FeatureKinds } from '../../formats/define-schema.js';
import { formatSchema, parseSchema, type FeatureProto } from '../../formats/schema.js';

const schema = defineSchema(
  {
    species: string({ required: true, domain: ['Adelie', 'Gentoo'], drift: { infinityNorm: 0.1 } }),
    body_mass_g: int({ minFraction: 0.9, min: 1000 }),
    beak: float({ drift: { jensenShannon: 0.2 } }),
  },
  { environments: ['TRAINING', 'SERVING'] },
);

void test('a curated schema is a plain schema that round-trips as text', () => {
  assert.deepEqual(parseSchema(formatSchema(schema)), schema);
  assert.match(formatSchema(schema), /domain: "species"/);
});

void test('a curated schema tells the type checker its features and their kinds', () => {
  const kinds: FeatureKinds<typeof schema> = { species: 'BYTES', body_mass_g: 'INT', beak: 'FLOAT' };
  // @ts-expect-error: body_mass_g holds integers
  const wrong: FeatureKinds<typeof schema> = { species: 'BYTES', body_mass_g: 'BYTES', beak: 'FLOAT' };
  assert.equal(Object.keys(kinds).length, Object.keys(wrong).length);
});

void test('a comparator that can never measure its feature is refused when the schema is defined', () => {
  assert.throws(
    () => defineSchema({ fare: float({ drift: { infinityNorm: 0.1 } }) }),
    (error) => isPipelineError(error) && error.code === 'COMPARATOR_NOT_APPLICABLE',
  );
});

void test('bounds that contradict each other are refused with the feature in the message', () => {
  assert.throws(() => defineSchema({ fare: float({ min: 2, max: 1 }) }), /"fare".*min 2 above max 1/s);
});

void test('a comparator that can not measure its feature is refused, whatever the measure and the type', () => {
  const measures = ['infinityNorm', 'jensenShannonDivergence', 'normalizedAbsDifference'] as const;
  const features: readonly (readonly [FeatureProto, readonly boolean[]])[] = [
    [{ type: 'BYTES' }, [true, true, true]],
    [{ type: 'BYTES', imageDomain: {} }, [false, false, false]],
    [{ type: 'INT' }, [false, true, false]],
    [{ type: 'INT', boolDomain: {} }, [false, true, false]],
    [{ type: 'INT', intDomain: { isCategorical: true } }, [true, true, true]],
    [{ type: 'FLOAT', floatDomain: { min: 0 } }, [false, true, false]],
    [{ type: 'STRUCT' }, [false, false, false]],
  ];
  for (const side of ['driftComparator', 'skewComparator'] as const)
    for (const [feature, fits] of features)
      for (const [index, measure] of measures.entries()) {
        const inner = { name: 'x', ...feature, [side]: { [measure]: { threshold: 0.1 } } };
        const nested = { feature: [{ name: 'outer', type: 'STRUCT' as const, structDomain: { feature: [inner] } }] };
        const check = (): void => checkComparators(nested);
        if (fits[index] === true) check();
        else assert.throws(check, { code: 'COMPARATOR_NOT_APPLICABLE' }, `${measure} of ${JSON.stringify(feature)}`);
      }
});
