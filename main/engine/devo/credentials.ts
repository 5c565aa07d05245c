import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import { SluiceError } from '../../../shared/errors.ts';
import type { DevoSyslogSettings } from '../../../shared/settings.ts';

/** The three files of a Devo domain, as read. Reference 1.2. */
export interface CredentialFiles {
  chain: Buffer;
  cert: Buffer;
  key: Buffer;
}

export type CredentialRole = keyof CredentialFiles;

const SETTING: Readonly<Record<CredentialRole, 'chainFile' | 'certFile' | 'keyFile'>> = {
  chain: 'chainFile',
  cert: 'certFile',
  key: 'keyFile',
};

type CredentialPaths = Pick<DevoSyslogSettings, 'chainFile' | 'certFile' | 'keyFile'>;

/** Where a credential file is, absolute. */
export function credentialPath(settings: CredentialPaths, role: CredentialRole, baseDir: string): string {
  const file = settings[SETTING[role]];
  return isAbsolute(file) ? file : join(baseDir, file);
}

/** Reads one of the three files. Throws SluiceError naming it when it is missing, a folder, empty or unreadable. */
export function readCredential(settings: CredentialPaths, role: CredentialRole, baseDir: string): Buffer {
  const file = settings[SETTING[role]];
  const fail = (code: string, why: string) =>
    new SluiceError({
      code,
      message: `The ${role} file ${file} ${why}.`,
      remedy:
        'All three files of the Devo domain are needed: chain, cert and key (Administration → Credentials → X.509 Certificates). Without them there is no connection.',
      details: { file, role },
    });
  if (file.trim() === '') throw fail('devo.credential-missing', 'is not set');
  let bytes: Buffer;
  try {
    bytes = readFileSync(credentialPath(settings, role, baseDir));
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw fail('devo.credential-missing', 'does not exist');
    if (code === 'EISDIR') throw fail('devo.credential-unreadable', 'is a folder');
    if (code === 'EACCES' || code === 'EPERM')
      throw fail('devo.credential-unreadable', 'may not be read by this user');
    throw fail('devo.credential-unreadable', `cannot be read (${code ?? 'unknown error'})`);
  }
  if (bytes.length === 0) throw fail('devo.credential-unreadable', 'is empty');
  return bytes;
}

/** All three or none: the first that is missing is named. Fails closed, unlike Devo's SDK (reference 1.3). */
export function readCredentials(settings: CredentialPaths, baseDir: string): CredentialFiles {
  return {
    chain: readCredential(settings, 'chain', baseDir),
    cert: readCredential(settings, 'cert', baseDir),
    key: readCredential(settings, 'key', baseDir),
  };
}

export function sameFiles(a: CredentialFiles, b: CredentialFiles): boolean {
  return a.chain.equals(b.chain) && a.cert.equals(b.cert) && a.key.equals(b.key);
}

/** OpenSSL's view of the files: TLS 1.2 and 1.3, trust in the chain file alone. Throws what OpenSSL throws. */
export function secureContext(
  files: CredentialFiles,
  passphrase: string | null,
  secLevel: number | null,
): SecureContext {
  return createSecureContext({
    ca: files.chain,
    cert: files.cert,
    key: files.key,
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    ...(passphrase === null ? {} : { passphrase }),
    ...(secLevel === null ? {} : { ciphers: `DEFAULT@SECLEVEL=${secLevel}` }),
  });
}
