import { implement } from '../implement.js';
import { ImportExampleGen } from './contract.js';
import { checkedInputSplits, driveFiles } from './driver.js';
import { addressedSource } from './fetched-inputs.js';
import { generateExamples, type SourceSplit } from './generate.js';
import { importSource } from './import/import-sources.js';

/** TFRecord, Parquet, Arrow IPC and newline JSON files to Examples. */
export const importExampleGen = implement(ImportExampleGen, {
  driver: async (context) => await driveFiles(context),
  executor: async (context) => {
    const { parameters, resources, signal } = context;
    const sources: SourceSplit[] = [];
    for (const input of await checkedInputSplits(context)) {
      signal.throwIfAborted();
      sources.push(await addressedSource(input, (one) => importSource(one, parameters.inputFormat, resources)));
    }
    return await generateExamples(context, sources);
  },
});
