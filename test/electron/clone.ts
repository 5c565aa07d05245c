/**
 * Structured clone as text: what passes between a page and the stand-in travels over DevTools, which carries text only. Runs in pages
 * and in Node, so it uses nothing but the language. `structuredClone` comes first and refuses what Electron refuses.
 */

type Entry = readonly [kind: string, ...parts: unknown[]];

const TYPED_ARRAYS = [
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'DataView',
] as const;
type TypedArray = (typeof TYPED_ARRAYS)[number];

/** @throws Error "An object could not be cloned.", Electron's words, for functions, symbols, promises, proxies and the like. */
export function encodeClone(value: unknown): string {
  let cloned: unknown;
  try {
    cloned = structuredClone(value);
  } catch {
    throw new Error('An object could not be cloned.');
  }
  const table: Entry[] = [];
  const seen = new Map<unknown, number>();

  function put(item: unknown): number {
    const known = seen.get(item);
    if (known !== undefined) return known;
    const index = table.length;
    table.push(['hole']);
    seen.set(item, index);
    table[index] = describe(item);
    return index;
  }

  function describe(item: unknown): Entry {
    if (item === undefined) return ['undefined'];
    if (item === null || typeof item === 'string' || typeof item === 'boolean') return ['json', item];
    if (typeof item === 'number')
      return Number.isFinite(item) && !Object.is(item, -0)
        ? ['json', item]
        : ['number', Object.is(item, -0) ? '-0' : String(item)];
    if (typeof item === 'bigint') return ['bigint', String(item)];
    if (Array.isArray(item)) return ['array', Array.from(item, put)];
    if (item instanceof Date) return ['date', item.getTime()];
    if (item instanceof RegExp) return ['regexp', item.source, item.flags];
    if (item instanceof Map) return ['map', [...item].map(([key, one]) => [put(key), put(one)])];
    if (item instanceof Set) return ['set', [...item].map(put)];
    if (item instanceof Error) return ['error', item.name, item.message, item.stack ?? ''];
    if (item instanceof ArrayBuffer) return ['bytes', 'ArrayBuffer', base64(new Uint8Array(item))];
    const kind = Object.prototype.toString.call(item).slice(8, -1);
    if (ArrayBuffer.isView(item))
      return ['bytes', kind, base64(new Uint8Array(item.buffer, item.byteOffset, item.byteLength))];
    if (kind !== 'Object') throw new Error(`The stand-in does not carry a ${kind}.`);
    return ['object', Object.entries(item as object).map(([key, one]) => [key, put(one)])];
  }

  put(cloned);
  return JSON.stringify(table);
}

/** The value that {@link encodeClone} was given, as the other side gets it. */
export function decodeClone(text: string): unknown {
  const table = JSON.parse(text) as Entry[];
  const made = new Map<number, unknown>();

  function get(index: number): unknown {
    if (made.has(index)) return made.get(index);
    const [kind, first, second, third] = table[index] ?? ['undefined'];
    const keep = <T>(value: T): T => {
      made.set(index, value);
      return value;
    };
    switch (kind) {
      case 'json':
        return keep(first);
      case 'number':
        return keep(Number(first));
      case 'bigint':
        return keep(BigInt(first as string));
      case 'date':
        return keep(new Date(first as number));
      case 'regexp':
        return keep(new RegExp(first as string, second as string));
      case 'error': {
        const error = keep(new Error(second as string));
        Object.defineProperty(error, 'name', { value: first, configurable: true, writable: true });
        Object.defineProperty(error, 'stack', { value: third, configurable: true, writable: true });
        return error;
      }
      case 'bytes':
        return keep(bytes(first as TypedArray | 'ArrayBuffer', second as string));
      case 'array': {
        const array = keep([] as unknown[]);
        for (const one of first as number[]) array.push(get(one));
        return array;
      }
      case 'map': {
        const map = keep(new Map());
        for (const [key, one] of first as [number, number][]) map.set(get(key), get(one));
        return map;
      }
      case 'set': {
        const set = keep(new Set());
        for (const one of first as number[]) set.add(get(one));
        return set;
      }
      case 'object': {
        const object = keep({} as Record<string, unknown>);
        for (const [key, one] of first as [string, number][])
          Object.defineProperty(object, key, {
            value: get(one),
            enumerable: true,
            configurable: true,
            writable: true,
          });
        return object;
      }
      default:
        return keep(undefined);
    }
  }
  return get(0);
}

function base64(data: Uint8Array): string {
  let text = '';
  for (let at = 0; at < data.length; at += 8192) text += String.fromCharCode(...data.subarray(at, at + 8192));
  return btoa(text);
}

function bytes(kind: TypedArray | 'ArrayBuffer', text: string): unknown {
  const data = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  if (kind === 'ArrayBuffer') return data.buffer;
  const Made = (globalThis as unknown as Record<TypedArray, new (buffer: ArrayBuffer) => unknown>)[kind];
  return new Made(data.buffer);
}
