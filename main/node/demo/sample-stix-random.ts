import { createHash } from 'node:crypto';

/** Reproducible randomness: the same seed gives the same sample on every machine. */
export interface Random {
  /** 0 ≤ x < 1. */
  next(): number;
  /** Integer from `min` to `max`, both included. */
  int(min: number, max: number): number;
  /** One element; throws on an empty list. */
  pick<T>(list: readonly T[]): T;
  /** Up to `n` different elements. */
  some<T>(list: readonly T[], n: number): T[];
  chance(probability: number): boolean;
  /** `length` lower-case hexadecimal digits. */
  hex(length: number): string;
  /** A version 4 UUID. RFC 9562. */
  uuid(): string;
}

/** mulberry32: 32 bits of state, good enough for sample data. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const int = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  const pick = <T>(list: readonly T[]): T => {
    const chosen = list[int(0, list.length - 1)];
    if (chosen === undefined) throw new Error('Nothing to pick from.');
    return chosen;
  };
  const hex = (length: number) => {
    let out = '';
    while (out.length < length) {
      out += Math.floor(next() * 0x100000000)
        .toString(16)
        .padStart(8, '0');
    }
    return out.slice(0, length);
  };
  return {
    next,
    int,
    pick,
    some: (list, n) => {
      const pool = [...list];
      const out = [];
      while (out.length < n && pool.length > 0) {
        const [taken] = pool.splice(int(0, pool.length - 1), 1);
        if (taken !== undefined) out.push(taken);
      }
      return out;
    },
    chance: (probability) => next() < probability,
    hex,
    uuid: () => {
      const h = hex(32);
      const variant = '89ab'.charAt(int(0, 3));
      return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-${variant}${h.slice(17, 20)}-${h.slice(20)}`;
    },
  };
}

const SCO_NAMESPACE = Buffer.from('00abedb4aa42466c9c01fed23315a9b7', 'hex');

/** The deterministic id of a STIX cyber-observable: UUIDv5 over its id contributing properties. STIX 2.1 section 2.9. */
export function observableId(type: string, contributing: Readonly<Record<string, unknown>>): string {
  const keys = Object.keys(contributing).sort();
  const counted = keys.map((key) => [key, key === 'hashes' ? oneHash(contributing[key]) : contributing[key]]);
  const canonical = JSON.stringify(Object.fromEntries(counted));
  const digest = createHash('sha1').update(SCO_NAMESPACE).update(canonical).digest();
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x50, 6);
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
  const h = digest.toString('hex', 0, 16);
  return `${type}--${h.slice(0, 8)}-${h.slice(8, 12)}-${h.slice(12, 16)}-${h.slice(16, 20)}-${h.slice(20, 32)}`;
}

/** Of several hashes only the first of MD5, SHA-1, SHA-256, SHA-512 counts. STIX 2.1 section 2.9. */
function oneHash(hashes: unknown): Record<string, string> {
  const known = hashes as Readonly<Record<string, string>>;
  const chosen = ['MD5', 'SHA-1', 'SHA-256', 'SHA-512'].find((algorithm) => known[algorithm] !== undefined);
  return chosen === undefined ? known : { [chosen]: known[chosen] ?? '' };
}
