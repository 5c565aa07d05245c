/** A batch's keys, ascending, as u32 pairs: first, how many follow each other. */
export function encodeKeys(keys: readonly number[]): Buffer {
  const pairs: number[] = [];
  for (const key of keys) {
    const n = pairs.length;
    if (n > 0 && (pairs[n - 2] ?? 0) + (pairs[n - 1] ?? 0) === key) pairs[n - 1] = (pairs[n - 1] ?? 0) + 1;
    else pairs.push(key, 1);
  }
  const blob = Buffer.alloc(pairs.length * 4);
  pairs.forEach((value, i) => {
    blob.writeUInt32LE(value, i * 4);
  });
  return blob;
}

export function decodeKeys(blob: Buffer): number[] {
  const keys: number[] = [];
  for (let o = 0; o < blob.length; o += 8) {
    const first = blob.readUInt32LE(o);
    const count = blob.readUInt32LE(o + 4);
    for (let key = first; key < first + count; key++) keys.push(key);
  }
  return keys;
}

export function holdsKey(blob: Buffer, key: number): boolean {
  for (let o = 0; o < blob.length; o += 8) {
    const first = blob.readUInt32LE(o);
    if (key >= first && key < first + blob.readUInt32LE(o + 4)) return true;
  }
  return false;
}
