import { type FailureInput, SluiceError } from '../../../shared/errors.ts';

/** What kept a request from being answered, as one clear sentence each. Statuses are answers and not dealt with here. */

const expired = (host: string): FailureInput => ({
  code: 'tls.expired',
  message: `The certificate of ${host} has expired.`,
  remedy: "The server needs a new certificate. Check this computer's clock too.",
});
const selfSigned = (host: string): FailureInput => ({
  code: 'tls.self-signed',
  message: `The certificate of ${host} is self-signed and not trusted.`,
  remedy: "If this is the right server, give its certificate as the source's CA file.",
});
const unknownCa = (host: string): FailureInput => ({
  code: 'tls.unknown-ca',
  message: `The certificate of ${host} was issued by an authority this computer does not know.`,
  remedy: "Give the authority's certificate as the source's CA file.",
});
const reset = (host: string): FailureInput => ({
  code: 'http.connection-lost',
  message: `The connection to ${host} was lost before the answer was complete.`,
  retryable: true,
});
const unreachable = (host: string): FailureInput => ({
  code: 'http.unreachable',
  message: `${host} cannot be reached from this network.`,
  retryable: true,
});
const dns = (host: string): FailureInput => ({
  code: 'http.dns',
  message: `The name ${host} cannot be found.`,
  remedy: 'Check the host name, and whether this computer is online.',
  retryable: true,
});
const connectTimeout = (host: string): FailureInput => ({
  code: 'http.connect-timeout',
  message: `${host} did not answer the connection in time.`,
  retryable: true,
});
const clientCertificate = (host: string): FailureInput => ({
  code: 'tls.client-certificate',
  message: `${host} did not accept the client certificate, or requires one.`,
  remedy: 'Check the client certificate and key of this source.',
});

const byCode = new Map<string, (host: string) => FailureInput>([
  ['CERT_HAS_EXPIRED', expired],
  [
    'CERT_NOT_YET_VALID',
    (host) => ({
      code: 'tls.not-yet-valid',
      message: `The certificate of ${host} is not valid yet.`,
      remedy: "Check this computer's clock.",
    }),
  ],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', selfSigned],
  [
    'SELF_SIGNED_CERT_IN_CHAIN',
    (host) => ({
      ...unknownCa(host),
      message: `The certificate of ${host} ends in a private authority this computer does not trust.`,
    }),
  ],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', unknownCa],
  ['UNABLE_TO_GET_ISSUER_CERT', unknownCa],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', unknownCa],
  [
    'CERT_REVOKED',
    (host) => ({ code: 'tls.revoked', message: `The certificate of ${host} has been revoked.` }),
  ],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    (host) => ({
      code: 'tls.wrong-name',
      message: `The certificate presented is not for ${host}.`,
      remedy: 'Check the host name in the URL.',
    }),
  ],
  ['ENOTFOUND', dns],
  ['EAI_AGAIN', dns],
  [
    'ECONNREFUSED',
    (host) => ({
      code: 'http.refused',
      message: `${host} refused the connection.`,
      remedy: 'Check host and port, and whether the server is running.',
      retryable: true,
    }),
  ],
  ['ECONNRESET', reset],
  ['EPIPE', reset],
  ['UND_ERR_SOCKET', reset],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', reset],
  ['HPE_INVALID_EOF_STATE', reset],
  ['ETIMEDOUT', connectTimeout],
  ['UND_ERR_CONNECT_TIMEOUT', connectTimeout],
  ['EHOSTUNREACH', unreachable],
  ['ENETUNREACH', unreachable],
  ['EADDRNOTAVAIL', unreachable],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', clientCertificate],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', clientCertificate],
  ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', clientCertificate],
  ['ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', clientCertificate],
  ['ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_UNKNOWN', clientCertificate],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN', clientCertificate],
]);

/** Failures where nothing of the request can have been acted on: asking again the same way is always right. */
const NEVER_SENT = new Set(['http.dns', 'http.refused', 'http.connect-timeout', 'http.unreachable']);

export function wasNeverSent(error: SluiceError): boolean {
  return NEVER_SENT.has(error.failure.code);
}

/** A network or TLS error as a SluiceError. `url` loses user, password and query. SluiceErrors pass through; aborts are the caller's to see first. */
export function networkError(error: unknown, url: string): unknown {
  if (error instanceof SluiceError) return error;
  const host = new URL(url).host;
  const { code, message } = codeOf(error);
  const details = { url: bareUrl(url), system: code };
  const known = byCode.get(code);
  if (known !== undefined) {
    const unread = known === reset && url.startsWith('https:') && closedUnread(error);
    const why = unread ? { cause: 'The server may require a client certificate.' } : {};
    return new SluiceError({ ...known(host), ...why, details }, { cause: error });
  }
  if (/\(407\)|Proxy response \(407/.test(message)) {
    return new SluiceError({ ...proxyRefused(), details }, { cause: error });
  }
  const tunnel = /Proxy response \((\d+)\)/.exec(message)?.[1];
  if (tunnel !== undefined || code === 'UND_ERR_PRX_CONN' || code === 'UND_ERR_PRX_TLS') {
    const said = tunnel === undefined ? '' : ` (status ${tunnel})`;
    return new SluiceError(
      {
        code: 'http.proxy',
        message: `The proxy did not connect to ${host}${said}.`,
        retryable: true,
        details,
      },
      { cause: error },
    );
  }
  if (code.startsWith('HPE_')) {
    return new SluiceError(
      { code: 'http.not-http', message: `What answers at ${host} does not speak HTTP.`, details },
      { cause: error },
    );
  }
  if (code.startsWith('ERR_SSL') || code === 'EPROTO' || code.startsWith('ERR_TLS')) {
    const plain =
      code === 'ERR_SSL_WRONG_VERSION_NUMBER' || /wrong version number|packet length/.test(message);
    return new SluiceError(
      {
        code: plain ? 'tls.not-tls' : 'tls.handshake',
        message: plain
          ? `${host} does not speak TLS on this port.`
          : `The TLS handshake with ${host} failed (${code}).`,
        remedy: plain ? 'Check the port, or whether the URL should begin with http:.' : null,
        details,
      },
      { cause: error },
    );
  }
  return new SluiceError(
    {
      code: 'http.network',
      message: `The request to ${host} failed${code === '' ? '' : ` (${code})`}.`,
      retryable: true,
      details,
    },
    { cause: error },
  );
}

export function proxyRefused(): FailureInput {
  return {
    code: 'http.proxy-auth',
    message: 'The proxy requires a user name and password, or refused those given (407).',
    remedy: "Check the proxy's user name and password.",
  };
}

/** A URL that may be shown: no user, password, query or fragment. */
export function bareUrl(url: string): string {
  try {
    const u = new URL(url);
    return `${u.protocol}//${u.host}${u.pathname}`;
  } catch {
    return '';
  }
}

/** Closed before a single byte of an answer: what servers do that miss a client certificate and do not say so. */
function closedUnread(error: unknown): boolean {
  const socket = (error as { socket?: { bytesRead?: unknown } } | null)?.socket;
  return socket?.bytesRead === 0;
}

function codeOf(error: unknown): { code: string; message: string } {
  let at: unknown = error;
  let message = '';
  for (let i = 0; i < 5 && at instanceof Error; i++) {
    message = `${message} ${at.message}`;
    const code = (at as NodeJS.ErrnoException).code;
    if (typeof code === 'string' && byCode.has(code)) return { code, message };
    if (at instanceof AggregateError && at.errors[0] instanceof Error) at = at.errors[0];
    else if (at.cause === undefined) return { code: typeof code === 'string' ? code : '', message };
    else at = at.cause;
  }
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return { code: typeof code === 'string' ? code : '', message };
}
