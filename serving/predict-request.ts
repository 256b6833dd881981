import { encodeFeatures, type FeatureTypes } from './feature-examples.js';
import { isBase64, tensorOf } from './json-to-tensor.js';
import { shown, type Json } from './json.js';
import { invalidArgument, ServingError } from './serving-error.js';
import { sizeOf, type Feeds, type FeedTensor, type SignatureFacts } from './tensor.js';

export type RequestFormat = 'row' | 'columnar';

export interface PredictRequest {
  readonly signature: string;
  readonly format: RequestFormat;
  readonly feeds: Feeds;
}

export interface ServedSignatures {
  readonly signatures: Readonly<Record<string, SignatureFacts>>;
  /** Types of raw features, for plain feature objects; undefined where the model has no signature `raw`. */
  readonly features: FeatureTypes | undefined;
}

/**
 * A `:predict` body as tensors: `instances` (rows) or `inputs` (columns), as TensorFlow Serving reads them. Beyond
 * that, rows of a signature that takes serialized tf.Examples may be plain objects of features.
 *
 * @throws ServingError INVALID_ARGUMENT
 */
export function predictRequest(body: Json, model: ServedSignatures): PredictRequest {
  if (!isObject(body)) throw invalidArgument(`JSON Value: ${shown(body)} Is not object`);
  const { signature_name: named = 'serving_default', instances, inputs } = body;
  if (typeof named !== 'string') {
    throw invalidArgument(
      `JSON Value: ${shown(body)} not formatted correctly. 'signature_name' key must be a string value.`,
    );
  }
  const signature = named === '' ? 'serving_default' : named;
  const facts = Object.hasOwn(model.signatures, signature) ? model.signatures[signature] : undefined;
  if (!facts) throw invalidArgument(`Serving signature name: "${signature}" not found in signature def`);
  if (instances !== undefined && inputs !== undefined) {
    throw invalidArgument(
      `JSON Value: ${shown(body)} Not formatted correctly expecting only one of 'inputs' or 'instances' keys to exist `,
    );
  }
  if (instances !== undefined) {
    return { signature, format: 'row', feeds: feedsOfInstances(instances, facts, model.features) };
  }
  if (inputs === undefined) throw invalidArgument("Missing 'inputs' or 'instances' key");
  return { signature, format: 'columnar', feeds: feedsOfInputs(inputs, facts) };
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const isRecord = (value: Json | undefined) => isObject(value) && !isBase64(value);

function feedsOfInstances(instances: Json, facts: SignatureFacts, features: FeatureTypes | undefined): Feeds {
  if (!Array.isArray(instances)) {
    throw invalidArgument(`JSON Value: ${shown(instances)} Excepting 'instances' to be an list/array`);
  }
  const rows = instances as readonly Json[];
  if (rows.length === 0) throw invalidArgument("JSON Value: [] No values in 'instances' array");
  const names = Object.keys(facts.inputs).sort();
  if (!isObject(rows[0]) && names.length > 1) {
    throw invalidArgument(
      'instances is a plain list, but expecting list of objects as multiple input tensors required as per tensorinfo_map',
    );
  }
  const [only] = names;
  if (features && only !== undefined && takesExamples(facts) && rows.every((row) => isFeatures(row, only))) {
    const values = rows.map((row, index) => encodeFeatures(row as { readonly [key: string]: Json }, index, features));
    return { [only]: { shape: [rows.length], values } };
  }
  const columns = new Map<string, FeedTensor[]>(names.map((name) => [name, []]));
  rows.forEach((row, index) => addInstance(row, index, { columns, facts, objects: isRecord(rows[0]) }));
  return Object.fromEntries([...columns].map(([name, tensors]) => [name, stacked(tensors)]));
}

function takesExamples({ inputs }: SignatureFacts): boolean {
  const [only, ...others] = Object.values(inputs);
  return others.length === 0 && only?.dtype === 'string' && only.shape?.length === 1;
}

/** An object of features, not one of the named input itself. */
function isFeatures(row: Json, input: string): boolean {
  return isRecord(row) && !(isObject(row) && Object.hasOwn(row, input) && Object.keys(row).length === 1);
}

interface Instances {
  readonly columns: ReadonlyMap<string, FeedTensor[]>;
  readonly facts: SignatureFacts;
  readonly objects: boolean;
}

function addInstance(row: Json, index: number, { columns, facts, objects }: Instances): void {
  if (objects !== isRecord(row)) {
    throw invalidArgument(
      objects
        ? `Expecting object but got list at item ${index} of input list`
        : `Expecting value/list but got object at item ${index} of input list`,
    );
  }
  const entries: readonly (readonly [string, Json])[] = objects
    ? Object.entries(row as { readonly [key: string]: Json })
    : [...columns.keys()].map((name) => [name, row]);
  for (const [name, value] of entries) {
    const key = objects ? ` key: ${name}` : '';
    within(`Failed to process element: ${index}${key} of 'instances' list. Error: `, () => {
      const input = Object.hasOwn(facts.inputs, name) ? facts.inputs[name] : undefined;
      if (!input) throw invalidArgument(`JSON object: does not have named input: ${name}`);
      const tensors = columns.get(name) ?? [];
      tensors.push(sameShape(tensors[0], tensorOf(value, input.dtype)));
    });
  }
  if (entries.length !== columns.size) {
    throw invalidArgument(
      `Failed to process element: ${index} of 'instances' list. JSON object: ${shown(row)} ` +
        `keys must be equal to: ${[...columns.keys()].join(',')}`,
    );
  }
}

function within(prefix: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (error instanceof ServingError) throw invalidArgument(prefix + error.message);
    throw error;
  }
}

function sameShape(first: FeedTensor | undefined, tensor: FeedTensor): FeedTensor {
  if (!first) return tensor;
  if (sizeOf(first.shape) !== sizeOf(tensor.shape)) {
    throw invalidArgument(`Expecting tensor size: ${sizeOf(first.shape)} but got: ${sizeOf(tensor.shape)}`);
  }
  if (first.shape.join() !== tensor.shape.join()) {
    throw invalidArgument(`Expecting shape [${first.shape.join()}] but got: [${tensor.shape.join()}]`);
  }
  return tensor;
}

function stacked(tensors: readonly FeedTensor[]): FeedTensor {
  return {
    shape: [tensors.length, ...(tensors[0]?.shape ?? [])],
    values: tensors.flatMap(({ values }) => values),
  };
}

function feedsOfInputs(inputs: Json, facts: SignatureFacts): Feeds {
  const expected = Object.entries(facts.inputs);
  if (!isRecord(inputs)) {
    const [only] = expected;
    if (expected.length > 1 || !only) {
      throw invalidArgument(
        'inputs is a plain value/list, but expecting an object as multiple input tensors required as per tensorinfo_map',
      );
    }
    return { [only[0]]: tensorOf(inputs, only[1].dtype) };
  }
  const given = inputs as { readonly [key: string]: Json };
  return Object.fromEntries(
    expected.map(([name, { dtype }]) => {
      if (!Object.hasOwn(given, name)) throw invalidArgument(`Missing named input: ${name} in 'inputs' object.`);
      return [name, tensorOf(given[name] as Json, dtype)];
    }),
  );
}
