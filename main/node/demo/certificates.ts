import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { isIPv4, isIPv6 } from 'node:net';
import { join } from 'node:path';
import * as der from './der.ts';

/** PEM texts. */
export interface Identity {
  cert: string;
  key: string;
}

export interface Authority extends Identity {
  readonly commonName: string;
  readonly signingKey: KeyObject;
  readonly keyId: Buffer;
}

export interface IssueOptions {
  commonName: string;
  usage: 'server' | 'client' | 'ca';
  /** DNS names and IP addresses of a server. */
  names?: readonly string[];
  notBefore?: Date;
  notAfter?: Date;
  /** Encrypts the private key. */
  passphrase?: string;
}

const DAY = 86_400_000;
const ECDSA_SHA256 = der.sequence(der.objectIdentifier('1.2.840.10045.4.3.2'));
const USAGE_OID = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' };

/** A self-signed CA on the P-256 curve. Takes about a millisecond. */
export function makeAuthority(
  commonName: string,
  options: { notBefore?: Date; notAfter?: Date } = {},
): Authority {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keyId = keyIdentifier(publicKey);
  const cert = certificate(
    publicKey,
    { ...options, commonName, usage: 'ca' },
    { commonName, signingKey: privateKey, keyId },
  );
  return { commonName, cert, key: keyPem(privateKey), signingKey: privateKey, keyId };
}

/** A certificate and its fresh key, signed by the authority. RFC 5280. Usage `ca` makes an intermediate's certificate. */
export function issue(authority: Authority, options: IssueOptions): Identity {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { cert: certificate(publicKey, options, authority), key: keyPem(privateKey, options.passphrase) };
}

/** An intermediate authority below another one. */
export function issueAuthority(authority: Authority, commonName: string): Authority {
  const { cert, key } = issue(authority, { commonName, usage: 'ca' });
  const signingKey = createPrivateKey(key);
  return { commonName, cert, key, signingKey, keyId: keyIdentifier(createPublicKey(key)) };
}

/** What a Devo domain hands out, and the server's side of it, for this computer. */
export interface DevoCertificates {
  authority: Authority;
  chain: string;
  client: Identity;
  server: Identity;
}

/** CA, a server certificate for localhost, 127.0.0.1 and ::1, and a client certificate of the domain. */
export function makeDevoCertificates(domain = 'demo'): DevoCertificates {
  const authority = makeAuthority(`${domain} CA`);
  return {
    authority,
    chain: authority.cert,
    client: issue(authority, { commonName: domain, usage: 'client' }),
    server: issue(authority, {
      commonName: 'localhost',
      usage: 'server',
      names: ['localhost', '127.0.0.1', '::1'],
    }),
  };
}

/** Writes `chain.crt`, `<domain>.crt` and `<domain>.key` as Devo's downloads are named; answers the paths. */
export function writeClientFiles(
  certificates: DevoCertificates,
  directory: string,
  domain = 'demo',
): { chainFile: string; certFile: string; keyFile: string } {
  mkdirSync(directory, { recursive: true });
  const chainFile = join(directory, 'chain.crt');
  const certFile = join(directory, `${domain}.crt`);
  const keyFile = join(directory, `${domain}.key`);
  writeFileSync(chainFile, certificates.chain);
  writeFileSync(certFile, certificates.client.cert);
  writeFileSync(keyFile, certificates.client.key, { mode: 0o600 });
  return { chainFile, certFile, keyFile };
}

function certificate(
  publicKey: KeyObject,
  options: IssueOptions,
  issuer: Pick<Authority, 'commonName' | 'signingKey' | 'keyId'>,
): string {
  const notBefore = options.notBefore ?? new Date(Date.now() - DAY);
  const notAfter = options.notAfter ?? new Date(Date.now() + 365 * DAY);
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const tbs = der.sequence(
    der.context(0, der.integer(Buffer.from([2])), true),
    der.integer(serial),
    ECDSA_SHA256,
    name(issuer.commonName),
    der.sequence(der.time(notBefore), der.time(notAfter)),
    name(options.commonName),
    publicKey.export({ type: 'spki', format: 'der' }),
    der.context(3, der.sequence(...extensions(publicKey, options, issuer.keyId)), true),
  );
  const signature = sign('sha256', tbs, issuer.signingKey);
  return pem('CERTIFICATE', der.sequence(tbs, ECDSA_SHA256, der.bitString(signature)));
}

function extensions(publicKey: KeyObject, { usage, names }: IssueOptions, issuerKeyId: Buffer): Buffer[] {
  const ca = usage === 'ca';
  const list = [
    extension('2.5.29.19', true, ca ? der.sequence(der.boolean(true)) : der.sequence()),
    // CA: keyCertSign and cRLSign; else digitalSignature. RFC 5280 4.2.1.3.
    extension(
      '2.5.29.15',
      true,
      ca ? der.bitString(Buffer.from([0x06]), 1) : der.bitString(Buffer.from([0x80]), 7),
    ),
    extension('2.5.29.14', false, der.octetString(keyIdentifier(publicKey))),
    extension('2.5.29.35', false, der.sequence(der.context(0, issuerKeyId, false))),
  ];
  if (usage !== 'ca')
    list.push(extension('2.5.29.37', false, der.sequence(der.objectIdentifier(USAGE_OID[usage]))));
  if (names !== undefined && names.length > 0) {
    list.push(extension('2.5.29.17', false, der.sequence(...names.map(alternativeName))));
  }
  return list;
}

function extension(oid: string, critical: boolean, value: Buffer): Buffer {
  return der.sequence(
    der.objectIdentifier(oid),
    ...(critical ? [der.boolean(true)] : []),
    der.octetString(value),
  );
}

function alternativeName(text: string): Buffer {
  if (isIPv4(text)) return der.context(7, Buffer.from(text.split('.').map(Number)), false);
  if (isIPv6(text)) return der.context(7, ipv6Bytes(text), false);
  return der.context(2, Buffer.from(text, 'latin1'), false);
}

function ipv6Bytes(text: string): Buffer {
  const [head = '', tail] = text.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':').map((g) => Number.parseInt(g, 16)));
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const all = [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right];
  return Buffer.from(all.flatMap((g) => [g >> 8, g & 0xff]));
}

function name(commonName: string): Buffer {
  return der.sequence(der.set(der.sequence(der.objectIdentifier('2.5.4.3'), der.utf8String(commonName))));
}

function keyIdentifier(publicKey: KeyObject): Buffer {
  return createHash('sha1')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest();
}

function keyPem(key: KeyObject, passphrase?: string): string {
  return key
    .export({
      type: 'pkcs8',
      format: 'pem',
      ...(passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase }),
    })
    .toString();
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
