import type { RowValue } from '../columns.js';
import type { Operations } from './operation.js';
import { wholeRow } from './operation.js';

/** Operations that decide presence themselves. */
export const missing: Operations = {
  fillMissing: {
    level: 'row',
    nullable: true,
    prepare: () => wholeRow((value: RowValue | null, filling: RowValue | null) => value ?? filling),
    tensorflow: (e) => {
      const [value, filling] = [e.value(0), e.value(1)];
      if (value.present === undefined) return { tensor: value.tensor };
      const tensor = e.op('SelectV2', [value.present, value.tensor, filling.tensor]);
      return { tensor, present: filling.present && e.op('LogicalOr', [value.present, filling.present]) };
    },
  },
  isMissing: {
    level: 'row',
    nullable: true,
    prepare: () => wholeRow((value: RowValue | null) => (value === null ? 1 : 0)),
    tensorflow: (e) => {
      const { present, tensor } = e.value(0);
      return { tensor: present ? e.op('LogicalNot', [present]) : e.falseLike(tensor) };
    },
  },
  /** Missing where the condition is, or where the value that it chooses is. */
  where: {
    level: 'row',
    nullable: true,
    prepare: () =>
      wholeRow((condition: number | null, yes: RowValue | null, no: RowValue | null) =>
        condition === null ? null : condition === 1 ? yes : no,
      ),
    tensorflow: (e) => {
      const [condition, yes, no] = [e.value(0), e.value(1), e.value(2)];
      const tensor = e.op('SelectV2', [condition.tensor, yes.tensor, no.tensor]);
      const chosen =
        (yes.present ?? no.present)
          ? e.op('SelectV2', [condition.tensor, yes.present ?? e.bool(true), no.present ?? e.bool(true)])
          : undefined;
      return { tensor, present: e.allPresent([condition.present, chosen]) };
    },
  },
  /** Says that an output may be missing: the value itself is unchanged. */
  optional: {
    level: 'row',
    nullable: true,
    prepare: () => wholeRow((value: RowValue | null) => value),
    tensorflow: (e) => e.value(0),
  },
};
