import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PipelineError } from '../../errors/pipeline-error.js';
import { checkComparators } from '../../formats/define-schema.js';
import { formatSchema, parseSchema, readSchema, SCHEMA_FILE, type SchemaProto } from '../../formats/schema.js';
import { uriToPath } from '../../artifacts/uri.js';
import { fetchFile } from '../example-gen/fetched-inputs.js';
import { remoteSource } from '../example-gen/remote-source.js';
import { implement } from '../implement.js';
import { ImportSchema } from './contract.js';

/** Takes the schema from the module or the file; a text file is copied byte for byte. */
export const importSchema = implement(ImportSchema, {
  driver: async ({ parameters, outputs, loadModule, signal }) => {
    const { module, file } = parameters;
    if ((module === undefined) === (file === undefined))
      throw new PipelineError('SCHEMA_SOURCE_AMBIGUOUS', {
        what: module === undefined ? 'Neither `module` nor `file` is given.' : 'Both `module` and `file` are given.',
      });
    const text =
      module === undefined
        ? await textOfSource(file ?? '', signal)
        : formatSchema(schemaOf((await loadModule(module))['schema'], module));
    await writeFile(outputs.schema.file(SCHEMA_FILE), text);
    const schema = parseSchema(text);
    checkComparators(schema);
    const features = schema.feature?.length ?? 0;
    return {
      fingerprint: { schema: createHash('sha256').update(text).digest('hex') },
      properties: { schema: { features } },
      summary: `${features} features from ${module === undefined ? (file ?? '') : `module ${module}`}`,
    };
  },
});

async function textOfSource(source: string, signal: AbortSignal): Promise<string> {
  if (remoteSource(source) === undefined) return await textOfFile(uriToPath(source));
  const folder = await mkdtemp(path.join(tmpdir(), 'tfx-temporal-schema-'));
  try {
    return await textOfFile(await fetchFile(source, folder, signal));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function textOfFile(file: string): Promise<string> {
  const schema = await readSchema(file);
  return file.endsWith('.pb') ? formatSchema(schema) : await readFile(file, 'utf8');
}

/** @throws SCHEMA_NOT_FOUND, and TEXT_PROTO_INVALID when the export is no schema */
function schemaOf(exported: unknown, module: string): SchemaProto {
  const features = (exported as SchemaProto | undefined)?.feature;
  if (Array.isArray(features)) return exported as SchemaProto;
  throw new PipelineError('SCHEMA_NOT_FOUND', {
    what: `The module "${module}" has no export \`schema\` made by \`defineSchema\`.`,
    details: { module },
  });
}
