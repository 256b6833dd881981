/** Distinct numbers in rising order, with how often each occurs. */
interface Run {
  readonly values: Float32Array;
  readonly counts: Float64Array;
}

const BUFFER = 65_536;
/** Beyond so many distinct values neighbours are joined: ranks are then off by at most 2^-20 of the whole. */
const MAX_DISTINCT = 2 ** 21;

/**
 * An exact multiset of float32 numbers (NaN left out) that merges, for quantiles. Runs are kept like a log-structured
 * merge tree, so that n numbers cost O(n log n) and memory grows with the distinct ones.
 */
export class SortedCounts {
  #runs: Run[] = [];
  #buffer = new Float32Array(64);
  #length = 0;

  add(value: number): void {
    if (Number.isNaN(value)) return;
    if (this.#length === this.#buffer.length) this.#grow();
    this.#buffer[this.#length++] = value;
  }

  merge(other: SortedCounts): void {
    this.#push(other.#whole());
  }

  /** How many numbers are in, in all. */
  get total(): number {
    return this.#whole().counts.reduce((sum, count) => sum + count, 0);
  }

  /**
   * The `numBuckets` - 1 boundaries between buckets of equal size: the value at rank ceil(k / numBuckets x total), for
   * k = 1 to numBuckets - 1. Empty when there are no numbers.
   */
  quantiles(numBuckets: number): number[] {
    const { values, counts } = this.#whole();
    const total = this.total;
    const boundaries: number[] = [];
    let seen = 0;
    for (let index = 0; index < values.length; index++) {
      seen += counts[index] as number;
      while (boundaries.length < numBuckets - 1 && seen >= rankOf(boundaries.length + 1, numBuckets, total)) {
        boundaries.push(values[index] as number);
      }
    }
    return boundaries;
  }

  toJson(): { values: string; counts: string } {
    const { values, counts } = this.#whole();
    const text = (array: Float32Array | Float64Array) =>
      Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64');
    return { values: text(values), counts: text(counts) };
  }

  static fromJson(json: { readonly values: string; readonly counts: string }): SortedCounts {
    const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64')).buffer;
    const made = new SortedCounts();
    made.#push({ values: new Float32Array(bytes(json.values)), counts: new Float64Array(bytes(json.counts)) });
    return made;
  }

  #grow(): void {
    if (this.#buffer.length >= BUFFER) {
      this.#flush();
      return;
    }
    const larger = new Float32Array(this.#buffer.length * 8);
    larger.set(this.#buffer);
    this.#buffer = larger;
  }

  #flush(): void {
    if (this.#length === 0) return;
    const sorted = this.#buffer.slice(0, this.#length).sort();
    this.#length = 0;
    this.#push(countSorted(sorted));
  }

  #push(run: Run): void {
    let merged = run;
    for (
      let last = this.#runs.at(-1);
      last && last.values.length <= 2 * merged.values.length;
      last = this.#runs.at(-1)
    ) {
      this.#runs.pop();
      merged = mergeRuns(last, merged);
    }
    this.#runs.push(merged);
  }

  #whole(): Run {
    this.#flush();
    const [first = { values: new Float32Array(), counts: new Float64Array() }, ...rest] = this.#runs;
    const whole = rest.reduce(mergeRuns, first);
    this.#runs = [whole];
    return whole;
  }
}

/** The 1-based rank of boundary k. Products of whole numbers first, so that no rounding moves it. */
function rankOf(k: number, numBuckets: number, total: number): number {
  return Math.max(1, Math.ceil((k * total) / numBuckets));
}

function countSorted(sorted: Float32Array): Run {
  const values = new Float32Array(sorted.length);
  const counts = new Float64Array(sorted.length);
  let length = 0;
  for (const value of sorted) {
    if (length > 0 && values[length - 1] === value) counts[length - 1] = (counts[length - 1] as number) + 1;
    else {
      values[length] = value;
      counts[length++] = 1;
    }
  }
  return { values: values.slice(0, length), counts: counts.slice(0, length) };
}

function mergeRuns(a: Run, b: Run): Run {
  const values = new Float32Array(a.values.length + b.values.length);
  const counts = new Float64Array(values.length);
  let [i, j, length] = [0, 0, 0];
  while (i < a.values.length || j < b.values.length) {
    const left = i < a.values.length ? (a.values[i] as number) : Infinity;
    const right = j < b.values.length ? (b.values[j] as number) : Infinity;
    const takeLeft = i < a.values.length && (j >= b.values.length || left <= right);
    const takeRight = j < b.values.length && (i >= a.values.length || right <= left);
    values[length] = takeLeft ? left : right;
    counts[length++] = (takeLeft ? (a.counts[i++] as number) : 0) + (takeRight ? (b.counts[j++] as number) : 0);
  }
  return thin({ values: values.slice(0, length), counts: counts.slice(0, length) });
}

function thin(run: Run): Run {
  if (run.values.length <= MAX_DISTINCT) return run;
  const length = Math.ceil(run.values.length / 2);
  const values = new Float32Array(length);
  const counts = new Float64Array(length);
  for (let index = 0; index < length; index++) {
    values[index] = run.values[2 * index] as number;
    counts[index] = (run.counts[2 * index] as number) + (run.counts[2 * index + 1] ?? 0);
  }
  return { values, counts };
}
