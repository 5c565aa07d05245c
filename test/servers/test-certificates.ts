import forge from 'node-forge';

export interface TestCertificate {
  cert: string;
  key: string;
  certificate: forge.pki.Certificate;
  keys: forge.pki.rsa.KeyPair;
}

let serial = 1;

/** A certificate for tests, signed by `issuer` or by itself. */
export function certificate(options: {
  name: string;
  issuer?: TestCertificate;
  ca?: boolean;
  /** DNS names and addresses; 127.0.0.1 unless given. */
  ips?: string[];
  /** Days from now: begin and end. */
  from?: number;
  to?: number;
}): TestCertificate {
  const keys = forge.pki.rsa.generateKeyPair(2048);
  const c = forge.pki.createCertificate();
  c.publicKey = keys.publicKey;
  c.serialNumber = String(++serial).padStart(4, '0');
  c.validity.notBefore = new Date(Date.now() + (options.from ?? -1) * 86_400_000);
  c.validity.notAfter = new Date(Date.now() + (options.to ?? 30) * 86_400_000);
  const subject = [{ name: 'commonName', value: options.name }];
  c.setSubject(subject);
  c.setIssuer(options.issuer?.certificate.subject.attributes ?? subject);
  c.setExtensions(
    options.ca === true
      ? [
          { name: 'basicConstraints', cA: true, critical: true },
          { name: 'keyUsage', keyCertSign: true, critical: true },
        ]
      : [{ name: 'subjectAltName', altNames: (options.ips ?? ['127.0.0.1']).map((ip) => ({ type: 7, ip })) }],
  );
  c.sign(options.issuer?.keys.privateKey ?? keys.privateKey, forge.md.sha256.create());
  return {
    cert: forge.pki.certificateToPem(c),
    key: forge.pki.privateKeyToPem(keys.privateKey),
    certificate: c,
    keys,
  };
}

export function pkcs12(identity: TestCertificate, password: string): Buffer {
  const asn1 = forge.pkcs12.toPkcs12Asn1(identity.keys.privateKey, [identity.certificate], password, {
    algorithm: '3des',
  });
  return Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'binary');
}

export function encryptedKey(identity: TestCertificate, password: string): string {
  return forge.pki.encryptRsaPrivateKey(identity.keys.privateKey, password, { algorithm: 'aes256' });
}
