import { mkdir } from 'node:fs/promises';
import { PipelineError } from '../../errors/pipeline-error.js';
import { runCommand } from '../process/run-command.js';
import { requirePython } from './python.js';

const EXTRACT = `
import sys, zipfile
archive, folder, prefixes = zipfile.ZipFile(sys.argv[1]), sys.argv[2], tuple(sys.argv[3:])
archive.extractall(folder, [m for m in archive.namelist() if m.startswith(prefixes)])
`;

/**
 * Takes some members out of a wheel, which is a zip file, into a folder.
 * @param prefixes - what the wanted members' names start with
 * @throws PipelineError LOCAL_DOWNLOAD_FAILED
 */
export async function extractWheel(file: string, folder: string, prefixes: readonly string[]): Promise<void> {
  const python = await requirePython('the downloaded packages unpacked');
  await mkdir(folder, { recursive: true });
  const result = await runCommand(python.path, ['-c', EXTRACT, file, folder, ...prefixes]);
  if (result.code === 0) return;
  throw new PipelineError('LOCAL_DOWNLOAD_FAILED', {
    what: `Unpacking ${file} into ${folder} failed: ${result.output.trim().split('\n').at(-1) ?? ''}`,
    why: 'The disk may be full, or the folder not writable.',
    fix: 'Free some space (2 GB are needed in all) and run `npm run setup` again.',
  });
}
