import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';
import { connect, type PipelineClient } from '../../client/index.js';
import { migrate, openLineage, type Lineage } from '../../lineage/index.js';
import { TfxPlugin, type TfxPluginOptions } from '../../worker/index.js';
import { bundleWorkflows } from '../../worker/workflow-bundle.js';
import { freshDatabase, testServers } from './servers.js';

/** A real worker with the plugin, on a database and an artifact root of its own. */
export interface PluginWorker {
  readonly address: string;
  readonly taskQueue: string;
  readonly databaseUrl: string;
  readonly temporal: PipelineClient;
  readonly lineage: Lineage;
  readonly folder: string;
  close(): Promise<void>;
}

/** @param files compiled files of pipelines, relative to `test/support` */
export async function pluginWorker(files: readonly string[], options: TfxPluginOptions = {}): Promise<PluginWorker> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tfx-plugin-'));
  const taskQueue = `plugin-${randomUUID()}`;
  const { temporalAddress: address } = await testServers();
  const databaseUrl = await freshDatabase();
  await migrate(databaseUrl);
  const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
  const { codePath } = await bundleWorkflows(files.map(here), here('..'), folder);
  const connection = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    connection,
    taskQueue,
    workflowBundle: { codePath },
    plugins: [
      new TfxPlugin({
        databaseUrl,
        artifactRoot: path.join(folder, 'artifacts'),
        bundleFolder: path.join(folder, 'bundles'),
        resources: { threads: 1, heavySlots: 2 },
        ...options,
      }),
    ],
  });
  const running = worker.run();
  const temporal = await connect({ address });
  const lineage = openLineage(databaseUrl);
  const close = async (): Promise<void> => {
    worker.shutdown();
    await running;
    await lineage.close();
    await connection.close();
    await temporal.close();
    rmSync(folder, { recursive: true });
  };
  return { address, taskQueue, databaseUrl, temporal, lineage, folder, close };
}
