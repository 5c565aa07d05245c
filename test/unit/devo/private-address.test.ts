import { describe, expect, it } from 'vitest';
import {
  isPrivateAddress,
  privateLookup,
  type ResolveAll,
} from '../../../main/engine/devo/private-address.ts';

describe('a private address', () => {
  it.each([
    '127.0.0.1',
    '127.255.0.1',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '::1',
    'fd00::1',
    'fc00::1',
    '::ffff:10.0.0.1',
  ])('%s is one', (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });
  it.each([
    '8.8.8.8',
    '172.32.0.1',
    '172.15.0.1',
    '192.169.0.1',
    '11.0.0.1',
    '169.254.169.254',
    '0.0.0.0',
    '255.255.255.255',
    '224.0.0.1',
    '2001:db8::1',
    'fe80::1',
    '::',
    '::ffff:8.8.8.8',
    'fe00::1',
    'localhost',
    '',
    '0x7f000001',
    '100.64.0.1',
  ])('%s is none', (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  });
});

describe('looking up a name', () => {
  const resolving =
    (...addresses: string[]): ResolveAll =>
    (_, __, done) =>
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
  const lookUp = (resolve: ResolveAll, all = true) =>
    new Promise((answer, refuse) => {
      privateLookup(resolve)('relay.example', { all }, (error, address) =>
        error === null ? answer(address) : refuse(error),
      );
    });

  it('answers what was checked', async () => {
    expect(await lookUp(resolving('10.0.0.5', 'fd00::5'))).toEqual([
      { address: '10.0.0.5', family: 4 },
      { address: 'fd00::5', family: 6 },
    ]);
    expect(await lookUp(resolving('10.0.0.5'), false)).toBe('10.0.0.5');
  });

  it('refuses a name with one public address among private ones (DNS rebinding)', async () => {
    await expect(lookUp(resolving('10.0.0.5', '93.184.216.34'))).rejects.toMatchObject({
      failure: { code: 'devo.relay-not-private' },
    });
  });
});
