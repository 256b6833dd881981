import { component, defineComponent, one, optional, Type } from '../../../workflows/index.js';
import { implement } from '../../../components/implement.js';

const Thumbnails = defineComponent({
  type: 'Thumbnails',
  version: 1,
  cache: 'content',
  inputs: { images: one('Images'), examples: optional('Examples') },
  outputs: { thumbnails: 'Thumbnails' },
  parameters: Type.Object({ width: Type.Integer({ default: 64 }) }),
});
const thumbnails = component(Thumbnails);

export async function misuse(): Promise<void> {
  const images = { type: 'Images', id: 1, uri: 'file:///images', digest: '', properties: {} } as const;
  const made = await thumbnails({ images });
  // @ts-expect-error a user's own artifact types are told apart, too
  await thumbnails({ images: made.thumbnails });
  // @ts-expect-error the parameter is a number
  await thumbnails({ images, width: 'wide' });
  // @ts-expect-error there is no such output
  made.pictures;
}

// @ts-expect-error an executor returns a summary
export const wrongResult = implement(Thumbnails, async () => await Promise.resolve({}));

export const wrongInput = implement(Thumbnails, async ({ inputs, outputs }) => {
  // @ts-expect-error an optional input may be undefined
  inputs.examples.path;
  // @ts-expect-error there is no such output
  outputs.pictures.path;
  return await Promise.resolve({ summary: '' });
});
