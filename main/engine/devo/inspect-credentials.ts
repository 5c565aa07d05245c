import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { type FailureInput, SluiceError } from '../../../shared/errors.ts';
import type { DevoSyslogSettings } from '../../../shared/settings.ts';
import { type CredentialRole, readCredential } from './credentials.ts';
import type { PreflightFinding } from './destination.ts';

const DAY = 86_400_000;
/** A client certificate that ends sooner gets a warning. */
const WARN_DAYS = 30;
const LONGEST_CHAIN = 10;

/** What was found, worst first within a file; `failure` is the first error as a failure. */
export interface CredentialInspection {
  findings: PreflightFinding[];
  failures: FailureInput[];
  /** notAfter of the client certificate, epoch ms. */
  expires: number | null;
  /**
   * Errors that a working connection disproves: a receiver may trust other CAs for clients than the chain holds. Subset of `findings`.
   */
  disputable: Set<PreflightFinding>;
}

/** Looks at the three files without connecting, and names the bad one. Reference 1.3, `verify_config`. */
export function inspectCredentials(options: {
  settings: Pick<DevoSyslogSettings, 'chainFile' | 'certFile' | 'keyFile'>;
  baseDir: string;
  passphrase: string | null;
  now: number;
}): CredentialInspection {
  const { settings, baseDir, passphrase, now } = options;
  const result: CredentialInspection = { findings: [], failures: [], expires: null, disputable: new Set() };
  const files = { chain: settings.chainFile, cert: settings.certFile, key: settings.keyFile };

  const error = (role: CredentialRole, code: string, message: string, remedy: string | null = null) => {
    const finding: PreflightFinding = { level: 'error', subject: files[role], message };
    result.findings.push(finding);
    result.failures.push({ code, message, remedy, details: { file: files[role], role } });
    return finding;
  };
  const say = (level: 'ok' | 'warning', role: CredentialRole, message: string) =>
    result.findings.push({ level, subject: files[role], message });
  const read = (role: CredentialRole): Buffer | null => {
    try {
      return readCredential(settings, role, baseDir);
    } catch (thrown) {
      if (!(thrown instanceof SluiceError)) throw thrown;
      error(role, thrown.failure.code, thrown.message, thrown.failure.remedy);
      return null;
    }
  };
  const certificates = (role: 'chain' | 'cert'): X509Certificate[] => {
    const bytes = read(role);
    if (bytes === null) return [];
    const wrong = whyNoCertificates(bytes);
    if (wrong !== null) {
      error(role, wrong.code, `The ${role} file ${files[role]} ${wrong.why}`);
      return [];
    }
    try {
      return pemBlocks(bytes).map((pem) => new X509Certificate(pem));
    } catch {
      error(
        role,
        'devo.credential-not-pem',
        `The ${role} file ${files[role]} holds a certificate that cannot be read: it is damaged or cut off.`,
      );
      return [];
    }
  };

  const chain = certificates('chain');
  if (chain.length > 0) {
    if (!chain.some((c) => c.ca)) {
      const finding = error(
        'chain',
        'devo.chain-no-ca',
        `The chain file ${files.chain} holds no CA certificate.`,
        'Set the chain CA file of the Devo domain (chain.crt) as chain, not the client certificate.',
      );
      result.disputable.add(finding);
    }
    for (const ca of chain) {
      if (Date.parse(ca.validTo) < now) {
        say(
          'warning',
          'chain',
          `The CA ${commonName(ca)} in ${files.chain} expired on ${day(Date.parse(ca.validTo))}.`,
        );
      }
    }
    if (result.failures.length === 0) say('ok', 'chain', `${count(chain.length, 'CA certificate')}.`);
  }

  const certFile = certificates('cert');
  const cert = certFile[0];
  if (cert !== undefined) {
    const from = Date.parse(cert.validFrom);
    const to = Date.parse(cert.validTo);
    result.expires = to;
    if (to < now) {
      error(
        'cert',
        'devo.certificate-expired',
        `The certificate ${files.cert} expired on ${day(to)}.`,
        'Download a new certificate and key from Devo.',
      );
    } else if (from > now) {
      error(
        'cert',
        'devo.certificate-not-yet-valid',
        `The certificate ${files.cert} is valid from ${day(from)} on.`,
        'Check this computer’s date and time.',
      );
    } else if (to - now < WARN_DAYS * DAY) {
      say(
        'warning',
        'cert',
        `The certificate expires on ${day(to)}, in ${count(Math.floor((to - now) / DAY), 'day')}.`,
      );
    } else {
      say('ok', 'cert', `${commonName(cert)}, valid until ${day(to)}.`);
    }
    if (chain.length > 0 && !leadsTo(cert, certFile, chain)) {
      const finding = error(
        'cert',
        'devo.certificate-chain-mismatch',
        `The certificate ${files.cert} is not signed by a CA in ${files.chain}.`,
        'Take chain, cert and key from the same Devo domain.',
      );
      result.disputable.add(finding);
    }
  }

  const keyBytes = read('key');
  const key = keyBytes === null ? null : privateKey(keyBytes, passphrase);
  if (key !== null && 'code' in key) error('key', key.code, `The key file ${files.key} ${key.why}`);
  else if (key !== null && cert !== undefined) {
    if (cert.checkPrivateKey(key.key)) say('ok', 'key', 'The key belongs to the certificate.');
    else {
      error(
        'key',
        'devo.key-mismatch',
        `The key ${files.key} does not belong to the certificate ${files.cert}.`,
        'Take certificate and key from the same download.',
      );
    }
  }
  return result;
}

function whyNoCertificates(bytes: Buffer): { code: string; why: string } | null {
  const text = bytes.toString('latin1');
  if (text.includes('-----BEGIN CERTIFICATE-----')) return null;
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    return {
      code: 'devo.credential-wrong-kind',
      why: 'holds a private key where a certificate is expected.',
    };
  }
  return notPem(bytes, text);
}

function notPem(bytes: Buffer, text: string): { code: string; why: string } {
  if (text.includes('-----BEGIN CERTIFICATE REQUEST')) {
    return { code: 'devo.credential-wrong-kind', why: 'holds a certificate request, not a certificate.' };
  }
  if (bytes[0] === 0x30 && (bytes[1] ?? 0) > 0x80) {
    return {
      code: 'devo.credential-not-pem',
      why: 'is in DER or PKCS#12 format. PEM text is needed (-----BEGIN …).',
    };
  }
  return { code: 'devo.credential-not-pem', why: 'is not PEM text (-----BEGIN …).' };
}

function privateKey(
  bytes: Buffer,
  passphrase: string | null,
): { key: KeyObject } | { code: string; why: string } {
  const text = bytes.toString('latin1');
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    return text.includes('-----BEGIN CERTIFICATE-----')
      ? { code: 'devo.credential-wrong-kind', why: 'holds a certificate where a private key is expected.' }
      : notPem(bytes, text);
  }
  const encrypted = text.includes('BEGIN ENCRYPTED PRIVATE KEY') || text.includes('Proc-Type: 4,ENCRYPTED');
  if (encrypted && passphrase === null) {
    return { code: 'devo.key-encrypted', why: 'is encrypted and no passphrase is set.' };
  }
  try {
    return { key: createPrivateKey({ key: bytes, ...(passphrase === null ? {} : { passphrase }) }) };
  } catch {
    return encrypted
      ? { code: 'devo.key-passphrase', why: 'cannot be decrypted: the passphrase is wrong.' }
      : {
          code: 'devo.credential-not-pem',
          why: 'holds a key that cannot be read: it is damaged or cut off.',
        };
  }
}

function pemBlocks(bytes: Buffer): string[] {
  const found = bytes
    .toString('latin1')
    .match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g);
  if (found === null)
    throw new SluiceError({ code: 'devo.credential-not-pem', message: 'A certificate has no end.' });
  return found;
}

/** Whether signatures lead from the certificate to one in the chain, over intermediates of its own file. */
function leadsTo(cert: X509Certificate, own: X509Certificate[], chain: X509Certificate[]): boolean {
  let current = cert;
  for (let step = 0; step < LONGEST_CHAIN; step++) {
    const signedBy = (issuer: X509Certificate) =>
      current.checkIssued(issuer) && current.verify(issuer.publicKey);
    if (chain.some((ca) => ca.raw.equals(current.raw) || signedBy(ca))) return true;
    const next = own.find((c) => c !== current && signedBy(c));
    if (next === undefined) return false;
    current = next;
  }
  return false;
}

function commonName(cert: X509Certificate): string {
  return /^CN=(.*)$/m.exec(cert.subject)?.[1] ?? cert.subject.replaceAll('\n', ', ');
}

/** `2027-03-04`. */
export function day(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
