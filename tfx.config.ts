import { fileURLToPath } from 'node:url';
import { defineConfig } from 'tfx-temporal';
import { writePenguins } from './examples/penguin/sample-data.js';

await writePenguins(fileURLToPath(new URL('examples/penguin/data/penguins.csv', import.meta.url)));

export default defineConfig({
  pipelines: [
    'examples/penguin/pipeline.ts',
    'examples/wine/pipeline.ts',
    'examples/taxi/pipeline.ts',
    'examples/retraining/pipeline.ts',
  ],
  modules: {
    penguin: 'examples/penguin/module.ts',
    wine: 'examples/wine/module.ts',
    taxi: 'examples/taxi/module.ts',
    retraining: 'examples/retraining/module.ts',
  },
});
