import { readFile } from 'node:fs/promises';
import type { ParameterSchema } from '../components/parameters.js';
import { PipelineError } from '../errors/pipeline-error.js';

/**
 * A run's parameters from the shell: a JSON file first, then each `name=value` over it. A value is text where the
 * pipeline's schema says string, else JSON. Whether names and values fit is checked with all the others, by the run.
 */
export async function readParameters(
  schema: ParameterSchema,
  assignments: readonly string[],
  file: string | undefined,
): Promise<Record<string, unknown>> {
  const parameters = file === undefined ? {} : await readParameterFile(file);
  for (const assignment of assignments) {
    const at = assignment.indexOf('=');
    if (at < 1) throw new PipelineError('PARAMETER_SYNTAX', { what: `"${assignment}" is not of the form name=value.` });
    const name = assignment.slice(0, at);
    parameters[name] = readValue(assignment.slice(at + 1), schema.properties?.[name]?.type);
  }
  return parameters;
}

async function readParameterFile(file: string): Promise<Record<string, unknown>> {
  const refuse = (why: string): never => {
    throw new PipelineError('PARAMETER_SYNTAX', { what: `The parameter file ${file} cannot be used: ${why}.` });
  };
  const text = await readFile(file, 'utf8').catch((error: unknown) => refuse(String(error)));
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse('it is not a JSON object');
  return { ...value };
}

function readValue(text: string, type: ParameterSchema['type']): unknown {
  if (type === 'string') return text;
  const value = parseJson(text);
  return value === undefined ? text : value;
}

/** The parsed JSON, or undefined where the text is none. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
