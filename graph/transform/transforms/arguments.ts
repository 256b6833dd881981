import { PipelineError } from '../../../errors/pipeline-error.js';
import type { Dtype } from '../graph-spec.js';
import { describeType } from '../graph-spec.js';
import type { Tracer } from '../tracer.js';
import { Traced } from '../tracer.js';

/** Checks and converts what user code hands to one transform. */
export class Arguments {
  readonly #tracer: Tracer;
  readonly #transform: string;

  constructor(tracer: Tracer, transform: string) {
    this.#tracer = tracer;
    this.#transform = transform;
  }

  /** A feature of any type. */
  feature(value: unknown): Traced {
    if (value instanceof Traced) return value;
    const found = typeof value;
    throw new PipelineError('TRANSFORM_TYPE', {
      what: `${this.#transform} needs a feature and got ${found}.`,
      why: 'Transforms work on the features that `preprocessing` gets, and on results of other transforms.',
      fix: `Pass a feature, e.g. \`${this.#transform}(features.name)\`.`,
      details: { transform: this.#transform },
    });
  }

  /** A feature of one of some types. */
  typed(value: unknown, dtypes: readonly Dtype[]): Traced {
    const feature = this.feature(value);
    return dtypes.includes(feature.dtype) ? feature : this.refuse(feature, dtypes);
  }

  /** A number feature as float32; whole numbers are converted. */
  float(value: unknown): Traced {
    if (typeof value === 'number') return this.#tracer.literal(value, 'float32');
    const feature = this.typed(value, ['float32', 'int64']);
    return feature.dtype === 'float32'
      ? feature
      : this.#tracer.apply('cast', [feature], { dtype: 'float32', label: feature.label });
  }

  /** A string, or whole numbers to be taken as their decimals. */
  term(value: unknown): Traced {
    return this.typed(value, ['string', 'int64']);
  }

  /** A term as a string. */
  string(value: unknown): Traced {
    const term = this.term(value);
    return term.dtype === 'string' ? term : this.#tracer.apply('asString', [term], { dtype: 'string' });
  }

  /** Two numbers of one type: int64 when both are whole, else float32. */
  numbers(x: unknown, y: unknown): { readonly pair: readonly [Traced, Traced]; readonly dtype: Dtype } {
    const whole = [x, y].every((value) =>
      value instanceof Traced ? value.dtype === 'int64' : Number.isSafeInteger(value),
    );
    if (!whole) return { pair: [this.float(x), this.float(y)], dtype: 'float32' };
    const integer = (value: unknown) =>
      typeof value === 'number' ? this.#tracer.literal(value, 'int64') : this.feature(value);
    return { pair: [integer(x), integer(y)], dtype: 'int64' };
  }

  /** Two values of one type, of which at least one is a feature. */
  alike(x: unknown, y: unknown): readonly [Traced, Traced] {
    const sample = [x, y].find((value) => value instanceof Traced) ?? this.feature(x);
    if (sample.dtype === 'float32' || sample.dtype === 'int64') return this.numbers(x, y).pair;
    return [this.#likeSample(x, sample), this.#likeSample(y, sample)];
  }

  /** A value of a feature's type: another feature or a literal. */
  like(value: unknown, sample: Traced): Traced {
    if (sample.dtype === 'float32') return this.float(value);
    return this.#likeSample(value, sample);
  }

  integer(value: unknown, name: string, { min, max = Number.MAX_SAFE_INTEGER }: { min: number; max?: number }): number {
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    throw new PipelineError('TRANSFORM_ARGUMENT', {
      what: `${this.#transform}: ${name} must be a whole number of at least ${min}; it is ${String(value)}.`,
      details: { transform: this.#transform, argument: name },
    });
  }

  invalid(what: string): never {
    throw new PipelineError('TRANSFORM_ARGUMENT', {
      what: `${this.#transform}: ${what}.`,
      details: { transform: this.#transform },
    });
  }

  refuse(feature: Traced, dtypes: readonly Dtype[]): never {
    throw new PipelineError('TRANSFORM_TYPE', {
      what: `${this.#transform} takes ${dtypes.join(' or ')}; ${feature.label} is ${describeType(feature.node)}.`,
      fix: wayOut(feature.dtype, dtypes),
      details: { transform: this.#transform, feature: feature.label, dtype: feature.dtype },
    });
  }

  #likeSample(value: unknown, sample: Traced): Traced {
    if (value instanceof Traced) return value.dtype === sample.dtype ? value : this.refuse(value, [sample.dtype]);
    const fits =
      sample.dtype === 'string'
        ? typeof value === 'string'
        : sample.dtype === 'bool'
          ? typeof value === 'boolean'
          : Number.isSafeInteger(value);
    if (fits) return this.#tracer.literal(value as string, sample.dtype);
    return this.invalid(`${String(value)} is no ${sample.dtype}, which ${sample.label} is`);
  }
}

function wayOut(found: Dtype, wanted: readonly Dtype[]): string {
  if (found === 'string' && wanted.includes('float32')) {
    return 'Turn the text into a number first: `vocabulary(x)` for an id, `oneHot(vocabulary(x))` for a vector, `hashStrings(x, n)`.';
  }
  if (found === 'bool') return 'Convert it first: `cast(x, "int64")`.';
  if (found === 'float32') return 'Make whole numbers of it first: `cast(x, "int64")` or `bucketize(x, n)`.';
  return `Give a value of type ${wanted.join(' or ')}.`;
}
