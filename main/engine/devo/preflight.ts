import type { SecureContext } from 'node:tls';
import { type Failure, failure, toFailure } from '../../../shared/errors.ts';
import type { DevoSyslogSettings } from '../../../shared/settings.ts';
import { explainConnectionError } from './connection-failure.ts';
import { readCredentials, secureContext } from './credentials.ts';
import type { PreflightFinding, PreflightReport } from './destination.ts';
import { day, inspectCredentials } from './inspect-credentials.ts';
import { peerName } from './open-connection.ts';

/** Where to, and with which certificates. */
export type TlsPeerSettings = Pick<
  DevoSyslogSettings,
  'name' | 'address' | 'port' | 'chainFile' | 'certFile' | 'keyFile' | 'secLevel'
>;

/**
 * Certificates first, file by file; then, where OpenSSL can use them at all, a connection without an event. Never throws for what it finds.
 */
export async function preflightSyslog(options: {
  settings: TlsPeerSettings;
  baseDir: string;
  passphrase: string | null;
  now: number;
  connect: (context: SecureContext) => Promise<void>;
}): Promise<PreflightReport> {
  const { settings, baseDir, passphrase, connect } = options;
  const peer = peerName(settings);
  const { findings, failures, expires, disputable } = inspectCredentials(options);
  const fatal = findings.some((f) => f.level === 'error' && !disputable.has(f));
  let found: Failure | null = failures[0] === undefined ? null : failure(failures[0]);
  if (!fatal) {
    try {
      await connect(secureContext(readCredentials(settings, baseDir), passphrase, settings.secLevel));
      findings.push({
        level: 'ok',
        subject: peer,
        message: 'TLS connection made; the client certificate was not refused.',
      });
      // The peer has the last word on which CA it trusts.
      for (const finding of disputable) finding.level = 'warning';
      found = null;
    } catch (thrown) {
      const failed = explainConnectionError(thrown, peer).failure;
      findings.push({ level: 'error', subject: peer, message: failed.message });
      found ??= failed;
    }
  }
  return report(settings.name, findings, found, expires, `TLS connection to ${peer}`);
}

/** Pre-flight of an endpoint without certificates: only the connection is tried. */
export async function preflightConnection(options: {
  name: string;
  peer: string;
  what: string;
  warnings: readonly string[];
  /** `warn` adds a warning. */
  connect: (warn: (message: string) => void) => Promise<string>;
}): Promise<PreflightReport> {
  const findings: PreflightFinding[] = [];
  const warn = (message: string): void => {
    findings.push({ level: 'warning', subject: options.peer, message });
  };
  for (const message of options.warnings) warn(message);
  let found: Failure | null = null;
  try {
    findings.push({ level: 'ok', subject: options.peer, message: await options.connect(warn) });
  } catch (thrown) {
    found = toFailure(thrown);
    findings.push({ level: 'error', subject: options.peer, message: found.message });
  }
  return report(options.name, findings, found, null, options.what);
}

function report(
  name: string,
  findings: PreflightFinding[],
  found: Failure | null,
  expires: number | null,
  what: string,
): PreflightReport {
  const warnings = findings.filter((f) => f.level === 'warning').map((f) => ` Warning: ${f.message}`);
  const valid = expires === null ? '' : `, client certificate valid until ${day(expires)}`;
  return {
    ok: found === null,
    findings,
    expires,
    failure: found,
    line:
      found === null
        ? `${name}: ok, ${what}${valid}.${warnings.join('')}`
        : `${name}: failed. ${found.message}`,
  };
}
