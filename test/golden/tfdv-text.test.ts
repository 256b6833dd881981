import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type protobuf from 'protobufjs';
import { decodePlain, encodePlain } from '../../formats/protobuf/plain-message.js';
import { AnomaliesMessage, SchemaMessage, StatisticsMessage } from '../../formats/protobuf/tensorflow-metadata.js';
import { formatTextProto, parseTextProto } from '../../formats/text-proto.js';
import { sharedPath, skipWithout } from '../support/shared.js';

const golden = sharedPath('golden/tfdv');
const skip = skipWithout('golden/tfdv');

function goldenFiles(ending: RegExp): string[] {
  if (golden === undefined) return [];
  return readdirSync(golden, { recursive: true, encoding: 'utf8' })
    .filter((file) => ending.test(file))
    .map((file) => path.join(golden, file));
}

function messageOf(file: string): protobuf.Type {
  const name = path.basename(file);
  if (name.includes('schema')) return SchemaMessage;
  return name.startsWith('anomalies') ? AnomaliesMessage : StatisticsMessage;
}

void test('every text file that TFDV wrote is read and written back byte for byte', { skip }, () => {
  const files = goldenFiles(/\.pbtxt$/);
  assert.ok(files.length > 100);
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    const type = messageOf(file);
    assert.equal(formatTextProto(type, parseTextProto(type, text)), text, file);
  }
});

void test(
  'every binary statistics file that TFDV wrote is read and written back with the same meaning',
  { skip },
  () => {
    for (const file of goldenFiles(/stats\.pb$/)) {
      const plain = decodePlain<object>(StatisticsMessage, readFileSync(file));
      assert.deepEqual(decodePlain<object>(StatisticsMessage, encodePlain(StatisticsMessage, plain)), plain, file);
    }
  },
);

void test('a binary file and its text form are the same message', { skip }, () => {
  for (const file of goldenFiles(/stats\.pbtxt$/)) {
    const text = formatTextProto(
      StatisticsMessage,
      decodePlain<object>(StatisticsMessage, readFileSync(file.slice(0, -3))),
    );
    assert.equal(text, readFileSync(file, 'utf8'), file);
  }
});
