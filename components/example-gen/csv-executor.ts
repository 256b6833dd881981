import { implement } from '../implement.js';
import { CsvExampleGen } from './contract.js';
import { csvInMemory, csvSource } from './csv/csv-source.js';
import { checkedInputSplits, driveFiles } from './driver.js';
import { addressedSource } from './fetched-inputs.js';
import { generateExamples, type SourceSplit } from './generate.js';

/** CSV files to Examples. */
export const csvExampleGen = implement(CsvExampleGen, {
  driver: async (context) => await driveFiles(context),
  executor: async (context) => {
    const { parameters, outputs, resources, progress, signal } = context;
    const { delimiter, quote, nullTokens, encoding, columnTypes, onBadRow, maxBadRows } = parameters;
    const reading = {
      dialect: { delimiter, quote, nullTokens },
      encoding,
      columnTypes,
      onBadRow,
      maxBadRows,
      place: outputs.examples,
      mayBeEmpty: false,
      memoryBytes: csvInMemory(resources.memoryLimitMiB, 'sort'),
    };
    const sources: SourceSplit[] = [];
    for (const input of await checkedInputSplits(context)) {
      const onFile = (done: number): void => {
        signal.throwIfAborted();
        progress({ phase: `look at ${input.name}`, done, total: input.files.length, unit: 'files' });
      };
      sources.push(await addressedSource(input, (one) => csvSource(one, reading, resources.temporaryPath, onFile)));
    }
    return await generateExamples(context, sources);
  },
});
