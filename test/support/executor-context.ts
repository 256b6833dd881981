import { mkdirSync, mkdtempSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Contract } from '../../components/contract.js';
import type { ExecutorContext, InputArtifact, OutputPlace, Services } from '../../components/implement.js';

let count = 0;

/** An artifact whose payload lies at a path, as an executor gets it. */
export async function inputArtifact(type: string, folder: string, properties = {}): Promise<InputArtifact> {
  const names = (await readdir(folder)).filter((name) => name.startsWith('Split-')).sort();
  const uri = pathToFileURL(folder).href;
  return {
    type,
    id: ++count,
    uri,
    digest: `digest of ${uri}`,
    properties,
    path: folder,
    splits: names.map((name) => ({ name: name.slice('Split-'.length), path: path.join(folder, name) })),
  };
}

export function outputPlace(folder: string): OutputPlace {
  mkdirSync(folder, { recursive: true });
  return {
    path: folder,
    file(relativePath) {
      const file = path.join(folder, relativePath);
      mkdirSync(path.dirname(file), { recursive: true });
      return file;
    },
  };
}

/** All that an executor is handed, with outputs in fresh folders below `root`. */
export function executorContext<C extends Contract>(
  contract: C,
  root: string,
  given: {
    readonly inputs: ExecutorContext<C>['inputs'];
    readonly parameters: ExecutorContext<C>['parameters'];
    readonly services?: Services;
    readonly signal?: AbortSignal;
  },
): ExecutorContext<C> {
  const folder = mkdtempSync(path.join(root, 'execution-'));
  const outputs = Object.keys(contract.outputs).map((name) => [name, outputPlace(path.join(folder, name))]);
  return {
    inputs: given.inputs,
    parameters: given.parameters,
    outputs: Object.fromEntries(outputs) as ExecutorContext<C>['outputs'],
    loadModule: () => Promise.reject(new Error('no modules here')),
    progress: () => undefined,
    checkpoints: { resume: undefined, path: outputPlace(path.join(folder, 'checkpoints')).path, save: () => undefined },
    signal: given.signal ?? new AbortController().signal,
    resources: { threads: 1, memoryLimitMiB: 256, temporaryPath: outputPlace(path.join(folder, 'temporary')).path },
    execution: { pipeline: 'test', node: contract.type, executionId: ++count },
    services: given.services ?? ({} as Services),
  };
}

/** A folder that the caller removes. */
export function temporaryFolder(name: string): string {
  return mkdtempSync(path.join(tmpdir(), `tfx-${name}-`));
}
