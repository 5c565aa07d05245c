import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { SluiceError, toFailure } from '../../shared/errors.ts';
import type { Selection } from '../../shared/records.ts';
import type { ExportFormat, ExportPlanView, ExportRunView } from '../../shared/views/export.ts';
import { fileFailure } from './config/private-file.ts';
import { openExportFile, sweepUnfinished } from './export/export-file.ts';
import { exportRecords } from './export/export-records.ts';
import { planFormats } from './export/left-out.ts';
import type { Workspace } from './workspace.ts';

const FILES: Readonly<Record<ExportFormat, readonly [name: string, extension: string]>> = {
  stix: ['bundle', 'json'],
  jsonl: ['records', 'jsonl'],
  csv: ['records', 'csv'],
};

/**
 * The export of records that is running in this process; at most one. Files go to `exports` in the data directory under a name that is
 * chosen here, like an exported configuration: no caller says where.
 */
export class ExportDesk {
  readonly #workspace: Workspace;
  readonly #tell: (run: ExportRunView) => void;
  readonly #folder: string;
  #run: ExportRunView | null = null;
  #stop = new AbortController();
  #ended: Promise<void> = Promise.resolve();

  constructor(workspace: Workspace, tell: (run: ExportRunView) => void) {
    this.#workspace = workspace;
    this.#tell = tell;
    this.#folder = join(workspace.ports.dataDir, 'exports');
  }

  plan(selection: Selection): ExportPlanView {
    const { keys, groups } = this.#workspace.store.records.settle(selection);
    return { total: keys.length, formats: planFormats(groups), folder: this.#folder, run: this.#run };
  }

  /** @throws SluiceError `export.running`, `export.nothing` */
  start(selection: Selection, format: ExportFormat): void {
    if (this.#run?.state === 'running') {
      throw new SluiceError({
        code: 'export.running',
        message: 'An export is already running.',
        remedy: 'Wait for it to end, or cancel it.',
        retryable: true,
      });
    }
    const { keys, groups } = this.#workspace.store.records.settle(selection);
    const planned = planFormats(groups).find((plan) => plan.format === format);
    if (planned === undefined || planned.records === 0) {
      throw new SluiceError({
        code: 'export.nothing',
        message: 'None of the selected records can be in such a file.',
        remedy: 'Choose another format, or other records.',
      });
    }
    const stamp = new Date(this.#workspace.clock.now()).toISOString().replace(/[:.]/g, '-');
    const [name, extension] = FILES[format];
    const file = join(this.#folder, `${name}-${stamp}.${extension}`);
    this.#stop = new AbortController();
    this.#run = {
      state: 'running',
      format,
      done: 0,
      total: keys.length,
      written: 0,
      bytes: 0,
      leftOut: [],
      file,
      failure: null,
    };
    this.#tell(this.#run);
    this.#ended = this.#work(keys, format, file);
  }

  cancel(): void {
    this.#stop.abort(new SluiceError({ code: 'cancelled', message: 'Cancelled.', retryable: true }));
  }

  async close(): Promise<void> {
    this.cancel();
    await this.#ended;
  }

  #show(change: Partial<ExportRunView>): void {
    if (this.#run === null) return;
    this.#run = { ...this.#run, ...change };
    this.#tell(this.#run);
  }

  #makeFolder(): void {
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      sweepUnfinished(this.#folder, this.#workspace.clock.now());
    } catch (error) {
      // Something else is in its place: making the file in it says so.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw fileFailure(this.#folder, error);
    }
  }

  async #work(keys: Uint32Array, format: ExportFormat, file: string): Promise<void> {
    const { store, logBook } = this.#workspace;
    const { signal } = this.#stop;
    const log = logBook.bind('MainProcess', 'MainThread');
    try {
      this.#makeFolder();
      const tally = await exportRecords({
        records: store.records,
        keys,
        format,
        target: await openExportFile(file),
        signal,
        onProgress: (progress) => this.#show(progress),
      });
      this.#show({ ...tally, state: 'done' });
      log.info(`Exported ${tally.written} records: ${file}`);
    } catch (error) {
      const failure = toFailure(error);
      if (signal.aborted) this.#show({ state: 'cancelled' });
      else {
        this.#show({ state: 'failed', failure });
        log.error(`Export: ${failure.message}`);
      }
    }
  }
}
