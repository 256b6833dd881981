import type { Operations } from './operation.js';
import { element } from './operation.js';

/** What x86 makes of NaN and of floats beyond int64. */
const INT64_MIN = -(2 ** 63);

function truncate(x: number): number {
  return x >= INT64_MIN && x < 2 ** 63 ? Math.trunc(x) + 0 : INT64_MIN;
}

/** Changes of type, as TensorFlow's Cast. */
export const casting: Operations = {
  cast: {
    level: 'element',
    prepare: ({ type }) =>
      element((x: number) => {
        if (type.dtype === 'float32') return Math.fround(x);
        return type.dtype === 'int64' ? truncate(x) : Number(x !== 0);
      }),
    tensorflow: (e) => e.cast(e.tensor(0), e.type.dtype),
  },
};
