import { z } from 'zod';
import { readCsv } from './csv-reader.ts';
import type { LookupChange } from './lookup-table.ts';
import { readMultipart } from './multipart-reader.ts';

const deployConfig = z.strictObject({
  columns: z.array(z.strictObject({ name: z.string().min(1), type: z.string().min(1) })).min(1),
  hasHeader: z.boolean(),
  key: z.strictObject({ type: z.literal('column'), column: z.string() }),
  append: z.boolean().optional(),
  contribution: z.strictObject({ type: z.literal('del') }).optional(),
  skipEmptyLines: z.boolean().optional(),
  visibility: z.strictObject({ type: z.literal('creator-only') }).optional(),
});

/** Whole numbers as the column type INT8 takes them. */
const INT8 = /^(-?\d{1,19})?$/;

/**
 * What an upload to deploy-csv says, strictly as documented (reference 2.6): the part `deploy-config` as application/json without a file
 * name, the part `csv` as text/csv with one. Throws where it is anything else, or rows do not fit the columns.
 */
export function readDeployment(contentType: string, body: Buffer): LookupChange {
  const parts = readMultipart(contentType, body);
  const [config, csv] = parts;
  if (parts.length !== 2 || config?.name !== 'deploy-config' || csv?.name !== 'csv')
    throw new Error('The parts are not deploy-config and csv.');
  if (config.type !== 'application/json' || config.filename !== null)
    throw new Error('deploy-config must be application/json without a file name.');
  if (csv.type !== 'text/csv' || !csv.filename) throw new Error('csv must be text/csv with a file name.');
  const {
    columns,
    key,
    append = false,
    contribution,
  } = deployConfig.parse(JSON.parse(config.body.toString('utf8')));
  if (contribution !== undefined && !append) throw new Error('Deleting rows needs append.');
  const names = columns.map(({ name }) => name);
  if (key.column !== names[0]) throw new Error('The key is not the first column.');
  const text = new TextDecoder('utf-8', { fatal: true }).decode(csv.body);
  const [header, ...rows] = readCsv(text);
  if (header?.join() !== names.join()) throw new Error('The header is not the columns.');
  for (const [at, row] of rows.entries()) {
    if (row.length !== names.length)
      throw new Error(`Row ${at + 1} has ${row.length} cells, not ${names.length}.`);
    for (const [n, { type }] of columns.entries()) {
      if (type === 'INT8' && !INT8.test(row[n] ?? ''))
        throw new Error(`Row ${at + 1}: ${names[n]} is no INT8.`);
    }
  }
  return {
    deployment: contribution !== undefined ? 'delete' : append ? 'append' : 'replace',
    columns: names,
    types: columns.map(({ type }) => type),
    rows,
  };
}
