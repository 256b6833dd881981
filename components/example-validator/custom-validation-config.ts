import { Type, type Static } from '@sinclair/typebox';

const strict = { additionalProperties: false } as const;
const path = Type.Union([Type.String(), Type.Object({ step: Type.Array(Type.String(), { minItems: 1 }) }, strict)]);

const Validation = Type.Object(
  {
    sqlExpression: Type.String({ minLength: 1, description: 'true for good data' }),
    severity: Type.Optional(Type.Union([Type.Literal('ERROR'), Type.Literal('WARNING')])),
    description: Type.Optional(Type.String()),
    inEnvironment: Type.Optional(
      Type.Array(Type.String(), { description: 'checked in these environments only; always when left out' }),
    ),
  },
  strict,
);

/**
 * TensorFlow Data Validation's `CustomValidationConfig` as plain JSON: SQL over one feature's statistics (`feature`), or
 * over those of a feature now and before (`feature_test`, `feature_base`). A path can be a feature's name, short for
 * `{ step: [name] }`; a dataset's name is that of a slice, and all examples when left out.
 */
export const CustomValidationConfig = Type.Object(
  {
    featureValidations: Type.Optional(
      Type.Array(
        Type.Object(
          { datasetName: Type.Optional(Type.String()), featurePath: path, validations: Type.Array(Validation) },
          strict,
        ),
      ),
    ),
    featurePairValidations: Type.Optional(
      Type.Array(
        Type.Object(
          {
            datasetName: Type.Optional(Type.String()),
            baseDatasetName: Type.Optional(Type.String()),
            featureTestPath: path,
            featureBasePath: path,
            validations: Type.Array(Validation),
          },
          strict,
        ),
      ),
    ),
  },
  strict,
);
export type CustomValidationConfig = Static<typeof CustomValidationConfig>;
export type CustomValidation = Static<typeof Validation>;
