import { type LookupAddress, type LookupAllOptions, lookup as systemLookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { SluiceError } from '../../../shared/errors.ts';

const PRIVATE = new BlockList();
PRIVATE.addSubnet('127.0.0.0', 8);
PRIVATE.addSubnet('10.0.0.0', 8);
PRIVATE.addSubnet('172.16.0.0', 12);
PRIVATE.addSubnet('192.168.0.0', 16);
PRIVATE.addAddress('::1', 'ipv6');
PRIVATE.addSubnet('fc00::', 7, 'ipv6');

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * Loopback (RFC 1122, 4291), private IPv4 (RFC 1918) or unique local IPv6 (RFC 4193). Link-local addresses are not: nothing routes or
 * names them reliably, and some answer with a cloud's secrets.
 */
export function isPrivateAddress(address: string): boolean {
  const plain = MAPPED.exec(address)?.[1] ?? address;
  const family = isIP(plain);
  return family !== 0 && PRIVATE.check(plain, family === 6 ? 'ipv6' : 'ipv4');
}

/** Throws when the address is a literal that is not private. Names are looked at when they are resolved. */
export function refusePublicLiteral(address: string): void {
  if (isIP(address) !== 0 && !isPrivateAddress(address)) throw notPrivate(address, address);
}

export type ResolveAll = (
  hostname: string,
  options: LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * A name lookup that answers private addresses only: one public address among them refuses the name. The socket connects to what was
 * checked, without asking again, so a name server that changes its answer gains nothing (DNS rebinding).
 */
export function privateLookup(resolve: ResolveAll = systemLookup): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, '', 0);
      const foreign = addresses.find((a) => !isPrivateAddress(a.address));
      if (foreign !== undefined) return done(notPrivate(hostname, foreign.address), '', 0);
      if (options.all === true) return done(null, addresses);
      const first = addresses[0];
      if (first === undefined) return done(new Error('No address.'), '', 0);
      done(null, first.address, first.family);
    });
  };
}

function notPrivate(name: string, address: string): SluiceError {
  const which = name === address ? address : `${name} (${address})`;
  return new SluiceError({
    code: 'devo.relay-not-private',
    message: `${which} is neither this computer nor a private network: nothing is sent there without TLS.`,
    remedy: 'Use a destination with TLS (syslog with certificates, or HTTPS) for anything outside.',
  });
}
