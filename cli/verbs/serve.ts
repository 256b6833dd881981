import { once } from 'node:events';
import type { Command } from 'commander';
import { namedModel } from '../../serving/arguments.js';
import { startModelServer } from '../../serving/model-server.js';
import { say } from '../console.js';

interface ServeOptions {
  readonly host: string;
  readonly port: string;
}

export function registerServe(program: Command): void {
  program
    .command('serve <models...>')
    .description('serve the newest version below each BASE_PATH as NAME=BASE_PATH, by TensorFlow Serving’s REST API')
    .option('--host <address>', 'where to listen', '127.0.0.1')
    .option('--port <number>', 'where to listen; 0 takes a free port', '8501')
    .addHelpText('after', HELP)
    .action(async (models: readonly string[], { host, port }: ServeOptions) => {
      const named = models.map(namedModel);
      const server = await startModelServer({ models: named, host, port: Number(port), log: say });
      for (const { name } of named) say(`${server.url}/v1/models/${name}`);
      await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
      await server.close();
    });
}

const HELP = `
Examples:
  tfx-temporal serve penguin=serving_model/penguin
  curl localhost:8501/v1/models/penguin
  curl localhost:8501/v1/models/penguin:predict -d '{"instances":[{"island":"Dream","flipper_length_mm":190}]}'
`;
