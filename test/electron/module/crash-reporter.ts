import type { CrashReporter, CrashReporterStartOptions } from 'electron';
import { guarded } from '../refuse.ts';

/** How it was started, for tests: nothing may be uploaded. */
export const crashReports = { started: null as CrashReporterStartOptions | null };

export const crashReporter = guarded(
  {
    start: (options: CrashReporterStartOptions): void => {
      crashReports.started = options;
    },
    getUploadToServer: () => crashReports.started?.uploadToServer ?? true,
    addExtraParameter: () => {},
    getParameters: () => ({}),
  } satisfies Partial<CrashReporter>,
  'crashReporter',
);
