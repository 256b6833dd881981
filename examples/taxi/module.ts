import {
  binaryClassification,
  defineSchema,
  denseNetwork,
  float,
  int,
  string,
  type Features,
  type RunArguments,
  type Transforms,
} from 'tfx-temporal/modules';

/** Chicago, with a margin. */
const latitude = { min: 41, max: 43 };
const longitude = { min: -89, max: -86 };

/** Taximeters and phones leave gaps: what is known of a trip's places and company differs from trip to trip. */
export const schema = defineSchema({
  tips: float({ required: true, min: 0 }),
  fare: float({ required: true, min: 0 }),
  trip_miles: float({ required: true, min: 0 }),
  trip_seconds: int({ minFraction: 0.95, min: 0 }),
  trip_start_month: int({ required: true, min: 1, max: 12 }),
  trip_start_day: int({ required: true, min: 1, max: 7 }),
  trip_start_hour: int({ required: true, min: 0, max: 23 }),
  trip_start_timestamp: int({ required: true, min: 0 }),
  payment_type: string({
    required: true,
    domain: ['Cash', 'Credit Card', 'Dispute', 'No Charge', 'Pcard', 'Prcard', 'Unknown'],
    minDomainMass: 0.99,
  }),
  company: string({}),
  pickup_community_area: int({ min: 1, max: 77 }),
  pickup_latitude: float(latitude),
  pickup_longitude: float(longitude),
  pickup_census_tract: int({ minCount: 0 }),
  dropoff_community_area: int({ min: 1, max: 77 }),
  dropoff_latitude: float(latitude),
  dropoff_longitude: float(longitude),
  dropoff_census_tract: int({ minCount: 0 }),
});

/** A tip is big above a fifth of the fare. */
export function preprocessing(trip: Features<typeof schema>, transforms: Transforms) {
  const { applyVocabulary, bucketize, cast, fillMissing, greater, log1p, multiply, oneHot, vocabulary, zScore } =
    transforms;
  const hours = Array.from({ length: 24 }, (_, hour) => hour);
  const places = ['pickup_latitude', 'pickup_longitude', 'dropoff_latitude', 'dropoff_longitude'] as const;
  const middle = { latitude: 41.88, longitude: -87.65 };
  return {
    fare: zScore(log1p(trip.fare)),
    trip_miles: zScore(log1p(trip.trip_miles)),
    trip_seconds: zScore(log1p(fillMissing(trip.trip_seconds, 540))),
    trip_start_hour: oneHot(applyVocabulary(trip.trip_start_hour, hours)),
    trip_start_day: oneHot(vocabulary(trip.trip_start_day)),
    payment_type: oneHot(vocabulary(trip.payment_type, { numOovBuckets: 1 })),
    company: oneHot(vocabulary(fillMissing(trip.company, 'unknown'), { topK: 10, numOovBuckets: 2 })),
    pickup_area: oneHot(vocabulary(fillMissing(trip.pickup_community_area, 0), { topK: 20, numOovBuckets: 1 })),
    ...Object.fromEntries(
      places.map((place) => {
        const missing = place.endsWith('latitude') ? middle.latitude : middle.longitude;
        return [place, oneHot(bucketize(fillMissing(trip[place], missing), 10))];
      }),
    ),
    big_tip: cast(greater(trip.tips, multiply(trip.fare, 0.2)), 'int64'),
  };
}

export async function run({ examples, fit, customConfig, seed }: RunArguments) {
  const head = binaryClassification('big_tip', { classes: ['small', 'big'] });
  const model = denseNetwork({ layers: [32, 16], head, seed });
  await fit(model, examples.train, {
    validation: examples.eval,
    epochs: Number(customConfig['epochs']),
    batchSize: 64,
  });
  return model;
}
