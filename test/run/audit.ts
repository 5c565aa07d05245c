/**
 * Known holes in the packages that the program ships, by npm's registry. Fails on high and critical ones. Where the registry does not
 * answer it (no network, a mirror without advisories) that is said, and ends with {@link NO_ANSWER}: not run is not passed.
 */
import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';

/** EX_TEMPFAIL of sysexits.h. */
export const NO_ANSWER = 75;
const LONGEST_MS = 60_000;
const GRAVE = new Set(['high', 'critical']);

export type AuditResult = { answered: true; grave: string[] } | { answered: false; reason: string };

/** Reads what `npm audit --json` printed. */
export function readAudit(text: string): AuditResult {
  let report: {
    vulnerabilities?: Record<string, { severity: string; range: string }>;
    message?: string;
    error?: { summary?: string };
  };
  try {
    report = JSON.parse(text.slice(text.indexOf('{'))) as typeof report;
  } catch {
    return { answered: false, reason: 'npm printed no report' };
  }
  if (report.vulnerabilities === undefined)
    return {
      answered: false,
      reason: report.message?.split(' - ')[0] ?? report.error?.summary ?? 'npm gave no reason',
    };
  const grave = Object.entries(report.vulnerabilities)
    .filter(([, { severity }]) => GRAVE.has(severity))
    .map(([name, { severity, range }]) => `${name} ${range}: ${severity}`);
  return { answered: true, grave };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { stdout, error } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
    encoding: 'utf8',
    timeout: LONGEST_MS,
    shell: process.platform === 'win32',
  });
  const result: AuditResult =
    error === undefined ? readAudit(stdout) : { answered: false, reason: error.message };
  if (!result.answered) {
    process.stdout.write(`The registry was not asked for known holes: ${result.reason}\n`);
    process.exitCode = NO_ANSWER;
  } else if (result.grave.length > 0) {
    process.stdout.write(`Known holes:\n${result.grave.join('\n')}\n`);
    process.exitCode = 1;
  } else process.stdout.write('No grave holes are known in what the program ships.\n');
}
