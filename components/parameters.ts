import { closest } from '../errors/closest.js';
import { PipelineError } from '../errors/pipeline-error.js';

/**
 * The part of JSON Schema that parameters are written in (by TypeBox or by hand). A small checker of our own, because
 * it runs in the workflow sandbox, where a validator library would more than double the bundle.
 */
export interface ParameterSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly ParameterSchema[];
  readonly oneOf?: readonly ParameterSchema[];
  readonly allOf?: readonly ParameterSchema[];
  readonly not?: ParameterSchema;
  readonly properties?: Readonly<Record<string, ParameterSchema>>;
  readonly patternProperties?: Readonly<Record<string, ParameterSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | ParameterSchema;
  readonly items?: ParameterSchema | readonly ParameterSchema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly default?: unknown;
  readonly description?: string;
}

export interface CheckedParameters {
  /** The parameters with defaults filled in. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Every problem there is, each a sentence that starts with the parameter's path. */
  readonly problems: readonly string[];
}

/** Fills in defaults and checks, reporting all problems at once. */
export function checkParameters(schema: ParameterSchema, given: unknown): CheckedParameters {
  const values = withDefaults(schema, given ?? {});
  const problems: string[] = [];
  check(schema, values, '', problems);
  return { values: isRecord(values) ? values : {}, problems };
}

/**
 * Like `checkParameters`, but throws.
 * @param of whose parameters they are, e.g. `pipeline wine` or `component Trainer`
 * @throws PipelineError PARAMETERS_INVALID with all problems
 */
export function parseParameters(
  schema: ParameterSchema,
  given: unknown,
  of: string,
): Readonly<Record<string, unknown>> {
  const { values, problems } = checkParameters(schema, given);
  if (problems.length === 0) return values;
  const shown = problems.slice(0, 8).join('; ');
  const more = problems.length > 8 ? `; and ${problems.length - 8} more` : '';
  throw new PipelineError('PARAMETERS_INVALID', {
    what: `The parameters of ${of} are not valid: ${shown}${more}`,
    details: { of, problems: problems.slice(0, 8) },
  });
}

/** Fills in every default that a schema names, at any depth. Objects whose parts have defaults are not invented. */
export function withDefaults(schema: ParameterSchema, value: unknown): unknown {
  const given = value === undefined ? copy(schema.default) : value;
  if (isRecord(given) && schema.properties !== undefined) return objectWithDefaults(schema, given);
  if (Array.isArray(given) && isSchema(schema.items)) {
    const items = schema.items;
    return given.map((item: unknown) => withDefaults(items, item));
  }
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined && given !== undefined) {
    const fitting = choices.find((choice) => problemsOf(choice, withDefaults(choice, given)).length === 0);
    return fitting === undefined ? given : withDefaults(fitting, given);
  }
  return (schema.allOf ?? []).reduce((filled: unknown, part) => withDefaults(part, filled), given);
}

function objectWithDefaults(schema: ParameterSchema, given: Record<string, unknown>): Record<string, unknown> {
  // Through a list of entries, because assigning to `__proto__` would set the prototype instead.
  const filled = new Map(Object.entries(given));
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    filled.set(name, withDefaults(property, own(given, name)));
  }
  return Object.fromEntries([...filled].filter(([, value]) => value !== undefined));
}

function problemsOf(schema: ParameterSchema, value: unknown): string[] {
  const problems: string[] = [];
  check(schema, value, '', problems);
  return problems;
}

function check(schema: ParameterSchema, value: unknown, path: string, problems: string[]): void {
  const say = (text: string): void => void problems.push(`${path === '' ? 'parameters' : path} ${text}`);
  if (!checkType(schema, value, say)) return;
  checkChoices(schema, value, path, problems, say);
  if (typeof value === 'string') checkString(schema, value, say);
  if (typeof value === 'number') checkNumber(schema, value, say);
  if (Array.isArray(value)) checkArray(schema, value, path, problems, say);
  else if (isRecord(value)) checkObject(schema, value, path, problems);
}

type Say = (text: string) => void;

function checkType(schema: ParameterSchema, value: unknown, say: Say): boolean {
  if (schema.type === undefined) return true;
  const types = typeof schema.type === 'string' ? [schema.type] : schema.type;
  if (types.some((type) => isOfType(type, value))) return true;
  say(value === undefined ? 'is required' : `must be ${types.map(article).join(' or ')}, not ${show(value)}`);
  return false;
}

function isOfType(type: string, value: unknown): boolean {
  switch (type) {
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isRecord(value);
    case 'null':
      return value === null;
    default:
      return typeof value === type;
  }
}

function checkChoices(schema: ParameterSchema, value: unknown, path: string, problems: string[], say: Say): void {
  if ('const' in schema && !same(schema.const, value)) say(`must be ${show(schema.const)}, not ${show(value)}`);
  if (schema.enum !== undefined && !schema.enum.some((allowed) => same(allowed, value))) {
    say(`must be one of ${schema.enum.map(show).join(', ')}, not ${show(value)}`);
  }
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined && !choices.some((choice) => problemsOf(choice, value).length === 0)) {
    sayNoChoice(choices, value, path, problems, say);
  }
  for (const part of schema.allOf ?? []) check(part, value, path, problems);
  if (schema.not !== undefined && problemsOf(schema.not, value).length === 0) say(`must not be ${show(value)}`);
}

function sayNoChoice(
  choices: readonly ParameterSchema[],
  value: unknown,
  path: string,
  problems: string[],
  say: Say,
): void {
  if (choices.every((choice) => 'const' in choice)) {
    say(`must be one of ${choices.map((choice) => show(choice.const)).join(', ')}, not ${show(value)}`);
    return;
  }
  // Of several objects, the one with the fewest problems is most likely the one that was meant.
  const sameType = choices.filter((choice) => checkType(choice, value, () => undefined));
  const nearest = sameType
    .map((choice) => {
      const found: string[] = [];
      check(choice, value, path, found);
      return found;
    })
    .sort((a, b) => a.length - b.length)[0];
  if (nearest !== undefined) problems.push(...nearest);
  else say(value === undefined ? 'is required' : `must be ${choices.map(describe).join(' or ')}, not ${show(value)}`);
}

function checkString(schema: ParameterSchema, value: string, say: Say): void {
  if (schema.minLength !== undefined && value.length < schema.minLength) {
    say(value === '' ? 'must not be empty' : `must have at least ${schema.minLength} characters`);
  }
  if (schema.maxLength !== undefined && value.length > schema.maxLength) {
    say(`must have at most ${schema.maxLength} characters`);
  }
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value)) {
    say(`must match ${schema.pattern}, unlike ${show(value)}`);
  }
}

function checkNumber(schema: ParameterSchema, value: number, say: Say): void {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (minimum !== undefined && value < minimum) say(`must be at least ${minimum}, not ${value}`);
  if (maximum !== undefined && value > maximum) say(`must be at most ${maximum}, not ${value}`);
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum)
    say(`must be above ${exclusiveMinimum}, not ${value}`);
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum)
    say(`must be below ${exclusiveMaximum}, not ${value}`);
  if (multipleOf !== undefined && value % multipleOf !== 0) say(`must be a multiple of ${multipleOf}, not ${value}`);
}

function checkArray(
  schema: ParameterSchema,
  value: readonly unknown[],
  path: string,
  problems: string[],
  say: Say,
): void {
  if (schema.minItems !== undefined && value.length < schema.minItems)
    say(`must have at least ${schema.minItems} items`);
  if (schema.maxItems !== undefined && value.length > schema.maxItems)
    say(`must have at most ${schema.maxItems} items`);
  if (schema.uniqueItems === true && new Set(value.map((item) => JSON.stringify(item))).size < value.length) {
    say('must not have equal items');
  }
  value.forEach((item, index) => {
    const items = isSchema(schema.items) ? schema.items : schema.items?.[index];
    if (items !== undefined) check(items, item, `${path}[${index}]`, problems);
  });
}

function checkObject(schema: ParameterSchema, value: Record<string, unknown>, path: string, problems: string[]): void {
  const known = schema.properties ?? {};
  for (const name of schema.required ?? []) {
    if (own(value, name) === undefined) problems.push(`${join(path, name)} is required`);
  }
  for (const [name, field] of Object.entries(value)) {
    if (field === undefined) continue;
    const fieldSchema = own(known, name) ?? patternSchema(schema, name);
    if (fieldSchema !== undefined) check(fieldSchema, field, join(path, name), problems);
    else if (!takesUnknown(schema)) problems.push(`${join(path, name)} is not known${suggestion(name, known)}`);
  }
}

function patternSchema(schema: ParameterSchema, name: string): ParameterSchema | undefined {
  const found = Object.entries(schema.patternProperties ?? {}).find(([pattern]) => new RegExp(pattern, 'u').test(name));
  if (found !== undefined) return found[1];
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
}

/** A misspelled parameter must not be ignored, so an object that names its properties takes no others by itself. */
function takesUnknown(schema: ParameterSchema): boolean {
  if (schema.additionalProperties !== undefined) return schema.additionalProperties !== false;
  return schema.properties === undefined && schema.patternProperties === undefined;
}

function suggestion(name: string, known: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(known);
  const nearest = closest(name, names);
  if (nearest !== undefined) return `; did you mean ${nearest}?`;
  return names.length === 0 ? '' : `; known are ${names.slice(0, 12).join(', ')}`;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isSchema = (items: ParameterSchema['items']): items is ParameterSchema => isRecord(items);
/** An own property only: `constructor` is no parameter. */
const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;
const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);
const same = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);
const copy = (value: unknown): unknown =>
  value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
const article = (type: string): string => (/^[aeio]/.test(type) ? `an ${type}` : `a ${type}`);
const describe = (schema: ParameterSchema): string =>
  'const' in schema
    ? show(schema.const)
    : typeof schema.type === 'string'
      ? article(schema.type)
      : 'another kind of value';

function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
