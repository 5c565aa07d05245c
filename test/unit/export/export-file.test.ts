import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openExportFile, sweepUnfinished } from '../../../main/engine/export/export-file.ts';

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-file-'));
  file = join(dir, 'records.csv');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('the file of an export', () => {
  it('has its name only when it is whole, and is readable by its owner only', async () => {
    const target = await openExportFile(file);
    await target.write(Buffer.from('one,'));
    const [part, ...others] = readdirSync(dir);
    expect(others).toEqual([]);
    expect(part).toMatch(/^\.records\.csv\.[0-9a-f]{12}\.part$/);
    expect(statSync(join(dir, part ?? '')).mode & 0o777).toBe(0o600);
    await target.write(Buffer.from('two'));
    await target.finish();
    expect(readdirSync(dir)).toEqual(['records.csv']);
    expect(readFileSync(file, 'utf8')).toBe('one,two');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is nowhere once it is discarded', async () => {
    const target = await openExportFile(file);
    await target.write(Buffer.from('half'));
    await target.discard();
    expect(readdirSync(dir)).toEqual([]);
  });

  it('never takes the place of another, also of one that came meanwhile', async () => {
    const target = await openExportFile(file);
    writeFileSync(file, 'precious');
    await target.write(Buffer.from('new'));
    await expect(target.finish()).rejects.toMatchObject({
      failure: { code: 'export.file', message: `There is already a file ${file}.` },
    });
    await target.discard();
    expect(readFileSync(file, 'utf8')).toBe('precious');
    await expect(openExportFile(file)).rejects.toMatchObject({ failure: { code: 'export.file' } });
    expect(readdirSync(dir)).toEqual(['records.csv']);
  });

  it('that cannot be made says where', async () => {
    const nowhere = join(dir, 'missing', 'records.csv');
    await expect(openExportFile(nowhere)).rejects.toMatchObject({
      failure: { code: 'export.file', message: `The file ${nowhere} cannot be written (ENOENT).` },
    });
  });

  it('of a killed export is swept away once nobody writes to it', () => {
    const old = `.${'records.csv'}.0123456789ab.part`;
    const young = '.records.csv.ba9876543210.part';
    for (const name of [old, young, 'records.csv']) writeFileSync(join(dir, name), 'x');
    const now = Date.now();
    utimesSync(join(dir, old), new Date(now - 7_200_000), new Date(now - 7_200_000));
    utimesSync(file, new Date(0), new Date(0));
    sweepUnfinished(dir, now);
    expect(readdirSync(dir).sort()).toEqual([young, 'records.csv']);
  });
});
