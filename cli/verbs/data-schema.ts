import type { Command } from 'commander';
import {
  allExamples,
  formatSchema,
  inferSchema,
  readSchema,
  readStatistics,
  updateSchema,
  writeSchema,
} from '../../data.js';
import { print, say } from '../console.js';
import { protoFile, wholeNumber } from '../data-options.js';

interface SchemaFlags {
  readonly output?: string;
  readonly update?: string;
  readonly inferShape: boolean;
  readonly maxStringDomain?: number;
}

export function registerDataSchema(data: Command): void {
  data
    .command('schema <statistics>')
    .description('the schema that statistics suggest; or a schema, widened until it accepts them')
    .option('-o, --output <file>', 'schema as .pbtxt or .pb; without it, it is printed')
    .option('--update <schema>', 'widen this schema instead of making a new one')
    .option('--no-infer-shape', 'no fixed shape for features that always have the same number of values')
    .option('--max-string-domain <number>', 'text with more distinct values gets no domain (100)', wholeNumber)
    .action(schema);
}

async function schema(file: string, { output, update, inferShape, maxStringDomain }: SchemaFlags): Promise<void> {
  const target = output === undefined ? undefined : await protoFile(output);
  const statistics = allExamples(await readStatistics(file));
  const size = maxStringDomain === undefined ? {} : { maxStringDomainSize: maxStringDomain };
  const made =
    update === undefined
      ? inferSchema(statistics, { inferFeatureShape: inferShape, ...size })
      : updateSchema(await readSchema(update), statistics, size);
  if (target === undefined) return print(formatSchema(made).trimEnd());
  await writeSchema(target, made);
  say(`${made.feature?.length ?? 0} features → ${target}`);
}
