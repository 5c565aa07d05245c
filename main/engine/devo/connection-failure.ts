import { type FailureInput, SluiceError } from '../../../shared/errors.ts';

interface NodeError extends Error {
  code?: string;
  reason?: string;
}

const FIX_CHAIN =
  'Download the chain CA of the Devo domain again (Administration → Credentials → X.509 Certificates) and set it as chain.';

/**
 * Any error of a socket or TLS handshake as a failure that says what is wrong and what to do. `peer` is `host:port`.
 * A SluiceError passes through. Codes: Node's `code` values, OpenSSL's reasons and alert names (RFC 8446, 6).
 */
export function explainConnectionError(thrown: unknown, peer: string): SluiceError {
  if (thrown instanceof SluiceError) return thrown;
  const error: NodeError = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (error.name === 'AbortError' || error.code === 'ABORT_ERR') {
    return new SluiceError({ code: 'cancelled', message: 'Cancelled.', retryable: true });
  }
  const code = error.code ?? '';
  const text = `${code} ${error.reason ?? ''} ${error.message}`;
  const input = network(code, peer) ?? verification(code, text, peer) ?? handshake(code, text, peer);
  return new SluiceError(
    {
      ...(input ?? {
        code: 'devo.connection-lost',
        message: `The connection to ${peer} broke${code === '' ? '' : ` (${code})`}.`,
        retryable: true,
      }),
      details: { peer, error: code === '' ? null : code },
    },
    { cause: error },
  );
}

function network(code: string, peer: string): FailureInput | null {
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_FAIL':
      return {
        code: 'devo.dns',
        message: `The name of ${peer} cannot be resolved.`,
        remedy: 'Check the address, and that this computer has a network and a name server.',
        retryable: true,
      };
    case 'ECONNREFUSED':
      return {
        code: 'devo.refused',
        message: `${peer} refuses the connection: nothing listens there.`,
        remedy: 'Check address and port. Devo’s own endpoints listen on 443.',
        retryable: true,
      };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
    case 'ENETDOWN':
      return {
        code: 'devo.unreachable',
        message: `There is no way to ${peer} in the network.`,
        remedy: 'Check the network, the VPN and the firewall.',
        retryable: true,
      };
    case 'ETIMEDOUT':
      return { code: 'devo.connect-timeout', message: `${peer} does not answer.`, retryable: true };
    default:
      return null;
  }
}

function verification(code: string, text: string, peer: string): FailureInput | null {
  switch (code) {
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'CERT_SIGNATURE_FAILURE':
    case 'INVALID_CA':
    case 'INVALID_PURPOSE':
    case 'CERT_UNTRUSTED':
      return {
        code: 'devo.unknown-ca',
        message: `The certificate of ${peer} is not signed by a CA in the chain file.`,
        cause:
          'The chain file belongs to another Devo domain or region, or something in between answers in Devo’s place.',
        remedy: FIX_CHAIN,
      };
    case 'CERT_HAS_EXPIRED':
      return {
        code: 'devo.server-certificate-expired',
        message: `The certificate of ${peer} has expired.`,
        remedy: FIX_CHAIN,
      };
    case 'CERT_NOT_YET_VALID':
      return {
        code: 'devo.server-certificate-not-yet-valid',
        message: `The certificate of ${peer} is not valid yet.`,
        remedy: 'Check this computer’s date and time.',
      };
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return {
        code: 'devo.wrong-name',
        message: `The certificate of ${peer} is for another name.`,
        remedy:
          'Use the host name that Devo shows under Event load balancers, not an alias or an IP address.',
      };
    default:
      break;
  }
  if (/CA_MD_TOO_WEAK|CA_KEY_TOO_SMALL|EE_KEY_TOO_SMALL|ca md too weak|key too small/i.test(text)) {
    return {
      code: 'devo.certificate-too-weak',
      message: 'A certificate is signed or keyed too weakly for OpenSSL’s default security level.',
      remedy: 'Ask Devo for new certificates; until then set the security level (sec_level) to 0 or 1.',
    };
  }
  return null;
}

function handshake(code: string, text: string, peer: string): FailureInput | null {
  if (
    /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|wrong version number|HTTP_REQUEST|RECORD_LAYER_FAILURE/i.test(
      text,
    )
  ) {
    return {
      code: 'devo.not-tls',
      message: `${peer} does not speak TLS.`,
      remedy: 'Check the port: this is probably a plain-text or proxy port.',
    };
  }
  if (/UNSUPPORTED_PROTOCOL|ALERT_PROTOCOL_VERSION/i.test(text)) {
    return { code: 'devo.tls-version', message: `${peer} speaks no TLS version from 1.2 up.` };
  }
  if (/ALERT/i.test(text) && !/ALERT_INTERNAL_ERROR|CLOSE_NOTIFY/i.test(text)) {
    const alert =
      /ALERT[_ ]([A-Z_]+)/i.exec(code)?.[1]?.toLowerCase().replaceAll('_', ' ') ?? 'handshake failure';
    return {
      code: 'devo.client-certificate-refused',
      message: `${peer} refuses the client certificate (${alert}).`,
      cause: 'The certificate has expired, was revoked, or belongs to another Devo domain or region.',
      remedy: 'Download certificate and key of the right domain again and set them as cert and key.',
    };
  }
  return null;
}
