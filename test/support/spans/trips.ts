import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { sqlString } from '../../../formats/duckdb.js';
import { encodeExample } from '../../../formats/tf-example.js';
import { writeTfRecords } from '../../../formats/tfrecord.js';

/** Trips of a span: how many of a hundred are in Oslo, and how much dearer they are than usual. */
export interface Trips {
  readonly inOslo: number;
  readonly dearer: number;
}

export const TRIP_FILES = {
  csv: 'trips.csv',
  parquet: 'trips.parquet',
  tfrecord: 'data_tfrecord-00000-of-00001.gz',
} as const;

/** Lets a span's folder `span-<n>` arrive at once. */
export async function arriveTrips(
  folder: string,
  span: number,
  format: keyof typeof TRIP_FILES,
  trips: Trips,
): Promise<void> {
  const partial = path.join(folder, `.span-${span}`);
  mkdirSync(partial, { recursive: true });
  await writers[format](path.join(partial, TRIP_FILES[format]), rowsOf(trips));
  renameSync(partial, path.join(folder, `span-${span}`));
}

interface Trip {
  readonly city: string;
  readonly fare: number;
}

function rowsOf({ inOslo, dearer }: Trips): Trip[] {
  return Array.from({ length: 200 }, (_, i) => ({
    city: i % 100 < inOslo ? 'Oslo' : 'Rome',
    fare: 5.25 + ((i * 37) % 100) / 10 + dearer,
  }));
}

const csvOf = (rows: readonly Trip[]): string => `city,fare\n${rows.map((r) => `${r.city},${r.fare}\n`).join('')}`;

const writers: Readonly<Record<keyof typeof TRIP_FILES, (file: string, rows: readonly Trip[]) => Promise<void>>> = {
  csv: async (file, rows) => Promise.resolve(writeFileSync(file, csvOf(rows))),
  parquet: async (file, rows) => {
    const connection = await (await DuckDBInstance.create()).connect();
    const values = rows.map(({ city, fare }) => `(${sqlString(city)}, ${fare}::float)`).join(', ');
    await connection.run(`copy (from (values ${values}) t(city, fare)) to ${sqlString(file)} (format parquet)`);
    connection.closeSync();
  },
  tfrecord: async (file, rows) => {
    const records = rows.map(({ city, fare }) => encodeExample({ city, fare }, { city: 'bytes', fare: 'float' }));
    await writeTfRecords(file, records);
  },
};
