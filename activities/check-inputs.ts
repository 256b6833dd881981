import type { Channels } from '../artifacts/artifact.js';
import type { Contract, InputChannel } from '../components/contract.js';
import { PipelineError } from '../errors/pipeline-error.js';

/**
 * Checks inputs against a contract, as the workflow did with its own copy of it: a worker may have a newer one.
 * @throws PipelineError INPUT_INVALID
 */
export function checkInputs(contract: Contract, inputs: Channels): void {
  const problems = [
    ...Object.entries(contract.inputs).flatMap(([name, channel]) => problemsOf(name, channel, inputs)),
    ...Object.keys(inputs)
      .filter((name) => !Object.hasOwn(contract.inputs, name))
      .map((name) => `there is no channel ${name}`),
  ];
  if (problems.length === 0) return;
  throw new PipelineError('INPUT_INVALID', { what: `Inputs of ${contract.type}: ${problems.join('; ')}.` });
}

function problemsOf(name: string, channel: InputChannel, inputs: Channels): string[] {
  const artifacts = inputs[name] ?? [];
  const problems = artifacts
    .filter((artifact) => channel.type !== 'Artifact' && artifact.type !== channel.type)
    .map((artifact) => `${name} takes ${channel.type}, not ${artifact.type}`);
  const count = artifacts.length;
  if (count === 0 && channel.arity !== 'optional' && channel.arity !== 'any')
    problems.push(`${name} needs an artifact of type ${channel.type}`);
  if (count > 1 && channel.arity !== 'many' && channel.arity !== 'any')
    problems.push(`${name} takes one artifact, not ${count}`);
  return problems;
}
