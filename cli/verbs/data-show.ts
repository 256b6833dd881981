import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import {
  anomaliesPage,
  anomaliesText,
  readMetadata,
  schemaPage,
  schemaText,
  statisticsPage,
  statisticsText,
  type Metadata,
} from '../../data.js';
import { print, printJson, say } from '../console.js';
import { outputFile } from '../data-options.js';

export function registerDataShow(data: Command): void {
  data
    .command('show <file>')
    .description('show statistics, a schema or anomalies as text, or as one HTML file that needs nothing else')
    .option('--html <file>', 'write an HTML page')
    .option('--json', 'print JSON')
    .action(show);
}

async function show(file: string, { html, json }: { html?: string; json?: boolean }): Promise<void> {
  const metadata = await readMetadata(file);
  if (html !== undefined) {
    const target = await outputFile(html);
    await writeFile(target, asPage(metadata, `${metadata.kind} of ${path.basename(file)}`));
    say(`→ ${target}`);
  }
  if (json === true) return printJson(metadata.value);
  if (html === undefined) print(asText(metadata));
}

function asText({ kind, value }: Metadata): string {
  if (kind === 'statistics') return statisticsText(value);
  return kind === 'schema' ? schemaText(value) : anomaliesText(value);
}

function asPage({ kind, value }: Metadata, title: string): string {
  if (kind === 'statistics') return statisticsPage(value, title);
  return kind === 'schema' ? schemaPage(value, title) : anomaliesPage(value, title);
}
