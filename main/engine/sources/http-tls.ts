import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { SluiceError } from '../../../shared/errors.ts';
import type { TaxiiSettings } from '../../../shared/settings.ts';

export type TlsFiles = TaxiiSettings['tls'];

let systemCas: string[] | null = null;
/** Path of a PEM file that everything this process connects to may be certified by. */
let extraCaFile: string | null = null;

/** Trusts the authorities of this file beside the system's, in every context made from now on; null trusts none. */
export function trustCaFile(file: string | null): void {
  extraCaFile = file;
}

/** The PEM text of a CA file. @throws SluiceError `tls.file-unreadable` | `tls.certificate-invalid` */
export function readCaFile(file: string, baseDir: string): string {
  const pem = read(file, baseDir, 'CA').toString('utf8');
  if (!pem.includes('-----BEGIN CERTIFICATE-----'))
    throw fault('tls.certificate-invalid', `The CA file ${file} holds no PEM certificate.`, file);
  return pem;
}

/** Node's own roots and the operating system's, each once. Reading the system's takes a tenth of a second: done at the first https request. */
function trustedCas(): string[] {
  systemCas ??= [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
  return systemCas;
}

/**
 * Trust and identity for TLS towards a source. Verification is always on.
 * @param withClientCertificate false for origins that must not see who we are
 * @throws SluiceError naming the file at fault: `tls.file-unreadable`, `tls.certificate-invalid`, `tls.key-invalid`, `tls.passphrase`, `tls.key-mismatch`
 */
export function secureContext(
  files: TlsFiles,
  baseDir: string,
  passphrase: string | null,
  withClientCertificate: boolean,
): SecureContext {
  const ca = [...trustedCas()];
  if (extraCaFile !== null) ca.push(readCaFile(extraCaFile, baseDir));
  if (files.caFile !== null) ca.push(readCaFile(files.caFile, baseDir));
  if (!withClientCertificate) return createSecureContext({ ca });
  const secret = passphrase === null ? {} : { passphrase };
  if (files.pfxFile !== null) {
    const pfx = read(files.pfxFile, baseDir, 'PKCS#12');
    try {
      return createSecureContext({ ca, pfx, ...secret });
    } catch (error) {
      throw identityFault(error, files.pfxFile, passphrase);
    }
  }
  if (files.certFile === null && files.keyFile === null) return createSecureContext({ ca });
  if (files.certFile === null || files.keyFile === null) {
    const [have, lack] =
      files.certFile === null ? ['private key', 'certificate'] : ['certificate', 'private key'];
    throw new SluiceError({
      code: 'tls.identity-incomplete',
      message: `A client ${have} is set but no ${lack}.`,
      remedy: 'Give both files, or one PKCS#12 file.',
    });
  }
  const cert = read(files.certFile, baseDir, 'client certificate');
  const key = read(files.keyFile, baseDir, 'private key');
  try {
    createSecureContext({ cert });
  } catch (error) {
    throw fault(
      'tls.certificate-invalid',
      `The client certificate ${files.certFile} is not a readable PEM certificate.`,
      files.certFile,
      error,
    );
  }
  try {
    return createSecureContext({ ca, cert, key, ...secret });
  } catch (error) {
    throw identityFault(error, files.keyFile, passphrase);
  }
}

function read(file: string, baseDir: string, what: string): Buffer {
  try {
    return readFileSync(resolve(baseDir, file));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const why =
      code === 'ENOENT'
        ? 'does not exist'
        : code === 'EACCES'
          ? 'may not be read by this user'
          : 'cannot be read';
    throw fault('tls.file-unreadable', `The ${what} file ${file} ${why}.`, file, error);
  }
}

function identityFault(error: unknown, file: string, passphrase: string | null): SluiceError {
  const text = error instanceof Error ? error.message : '';
  if (/key values mismatch|X509_check_private_key/i.test(text)) {
    return fault(
      'tls.key-mismatch',
      `The private key ${file} does not belong to the certificate.`,
      file,
      error,
    );
  }
  if (
    /mac verify|bad decrypt|bad password|interrupted or cancelled|passphrase|maybe wrong password/i.test(text)
  ) {
    return fault(
      'tls.passphrase',
      passphrase === null ? `${file} needs a passphrase.` : `The passphrase does not open ${file}.`,
      file,
      error,
    );
  }
  return fault('tls.key-invalid', `${file} is not a readable private key or PKCS#12 file.`, file, error);
}

function fault(code: string, message: string, file: string, cause?: unknown): SluiceError {
  return new SluiceError({ code, message, details: { file } }, { cause });
}
