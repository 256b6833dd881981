import type { Json } from '../graph-spec.js';
import { toBinary } from '../bytes.js';
import type { Domain, Tracer, Traced } from '../tracer.js';
import type { CrossOptions, VocabularyOptions } from '../user-api.js';
import { Arguments } from './arguments.js';

/** Vocabularies, hashes and text. */
export function stringTransforms(t: Tracer) {
  const vocabulary = (x: unknown, options: VocabularyOptions = {}): Traced => {
    const args = new Arguments(t, 'vocabulary');
    const term = args.term(x);
    const inputs = options.weights === undefined ? [term] : [term, args.float(options.weights)];
    const analyzer = t.analyze('vocabulary', inputs, {
      filename: options.filename ?? filenameOf(term),
      ...given('topK', options.topK, (value) => args.integer(value, 'topK', { min: 1 })),
      ...given('frequencyThreshold', options.frequencyThreshold, (value) => positive(args, value)),
    });
    return applyTo(args, term, analyzer, options);
  };
  const applyVocabulary = (
    x: unknown,
    values: readonly (string | number)[],
    options: VocabularyOptions = {},
  ): Traced => {
    const args = new Arguments(t, 'applyVocabulary');
    const term = args.term(x);
    const tokens = values.map(String);
    if (new Set(tokens).size !== tokens.length) args.invalid('the values list one twice');
    const odd = tokens.find((token) => token === '' || /[\n\r]/.test(token));
    if (odd !== undefined) args.invalid(`the value ${JSON.stringify(odd)} can not be a line of a vocabulary file`);
    const filename = options.filename ?? filenameOf(term);
    return applyTo(args, term, t.analyze('fixedVocabulary', [], { filename, tokens }), options);
  };
  const applyTo = (args: Arguments, term: Traced, analyzer: string, options: VocabularyOptions): Traced => {
    const attributes = {
      defaultValue: args.integer(options.defaultValue ?? -1, 'defaultValue', { min: -(2 ** 31) }),
      numOovBuckets: args.integer(options.numOovBuckets ?? 0, 'numOovBuckets', { min: 0 }),
    };
    const domain: Domain = { analyzer, attributes };
    return t.apply('applyVocabulary', [term], { dtype: 'int64', analyzer, attributes, domain });
  };
  const hash = (name: string, x: Traced, numBuckets: unknown): Traced => {
    const attributes = { numBuckets: new Arguments(t, name).integer(numBuckets, 'numBuckets', { min: 1 }) };
    return t.apply('hashStrings', [x], { dtype: 'int64', attributes, domain: { attributes } });
  };
  const join = (name: string, features: readonly unknown[], separator: string): Traced => {
    const args = new Arguments(t, name);
    if (!Array.isArray(features) || features.length < 2) args.invalid('needs a list of at least two features');
    const attributes: { separator: Json } = { separator: toBinary(separator) };
    return t.apply(
      'join',
      features.map((feature) => args.term(feature)),
      { dtype: 'string', attributes },
    );
  };
  const text = (name: string, dtype: 'string' | 'int64') => (x: unknown) =>
    t.apply(name, [new Arguments(t, name).typed(x, ['string'])], { dtype });
  return {
    vocabulary,
    applyVocabulary,
    hashStrings: (x: unknown, numBuckets: number, key?: readonly number[]): Traced => {
      const args = new Arguments(t, 'hashStrings');
      if (key === undefined) return hash('hashStrings', args.term(x), numBuckets);
      if (key.length !== 2) args.invalid('the key must be two whole numbers');
      const words = key.map((word) => args.integer(word, 'key', { min: 0 }));
      const attributes = { numBuckets: args.integer(numBuckets, 'numBuckets', { min: 1 }), key: words };
      return t.apply('hashStringsStrong', [args.term(x)], { dtype: 'int64', attributes, domain: { attributes } });
    },
    cross: (features: readonly unknown[], options: CrossOptions) =>
      hash('cross', join('cross', features, options.separator ?? '_X_'), options.numBuckets),
    join: (features: readonly unknown[], separator = ' ') => join('join', features, separator),
    lower: text('lower', 'string'),
    upper: text('upper', 'string'),
    strip: text('strip', 'string'),
    stringLength: text('stringLength', 'int64'),
    asString: (x: unknown) => new Arguments(t, 'asString').string(x),
  };
}

/** The feature's own name where a vocabulary is of one, else the expression. */
function filenameOf(term: Traced): string {
  return term.label.replace(/^(?:\w+\()+|\)+$/g, '');
}

function given<T>(name: string, value: T | undefined, check: (value: T) => T): Record<string, T> {
  return value === undefined ? {} : { [name]: check(value) };
}

function positive(args: Arguments, value: number): number {
  return value >= 0 ? value : args.invalid(`frequencyThreshold must be at least 0; it is ${value}`);
}
