import type { SchemaProto } from '../../formats/schema.js';

export interface SchemaHints {
  /** Numeric features whose numbers are names: counted by value. */
  readonly categorical: ReadonlySet<string>;
  /** Text features that hold bytes: images. */
  readonly bytesFeatures: ReadonlySet<string>;
}

/** What a schema says about how features are to be described. */
export function schemaHints(schema: SchemaProto | undefined): SchemaHints {
  const features = schema?.feature ?? [];
  const names = (chosen: typeof features): ReadonlySet<string> => new Set(chosen.map(({ name = '' }) => name));
  return {
    categorical: names(
      features.filter(
        ({ type, intDomain, floatDomain, boolDomain, naturalLanguageDomain }) =>
          (type === 'INT' &&
            (intDomain?.isCategorical === true || (boolDomain ?? naturalLanguageDomain) !== undefined)) ||
          (type === 'FLOAT' && floatDomain?.isCategorical === true),
      ),
    ),
    bytesFeatures: names(features.filter(({ type, imageDomain }) => type === 'BYTES' && imageDomain !== undefined)),
  };
}
