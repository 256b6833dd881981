import { defineConfig } from 'tfx-temporal';

/** The image's project: put your own pipelines and modules here. */
export default defineConfig({
  pipelines: ['examples/wine/pipeline.ts', 'examples/taxi/pipeline.ts'],
  modules: { wine: 'examples/wine/module.ts', taxi: 'examples/taxi/module.ts' },
  destinations: [process.env['TFX_TEMPORAL_MODELS'] ?? '/var/lib/tfx/models'],
});
