import { importer, pipeline, statisticsGen, Type } from '../../workflows/index.js';

/** Statistics of Examples that lie at a place, in so many parts. */
export const describing = pipeline(
  Type.Object({ uri: Type.String(), parts: Type.Integer() }),
  async ({ uri, parts }) => {
    const { result: examples } = await importer({ uri, artifactType: 'Examples' });
    return await statisticsGen({ examples }, { parts, cache: false });
  },
);
