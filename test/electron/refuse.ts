/** Nothing of the stand-in is silently missing: what it does not have throws with its name. */

export class NotImplemented extends Error {
  constructor(what: string) {
    super(`The stand-in for Electron does not implement ${what}.`);
    this.name = 'NotImplemented';
  }
}

/** Names that the language and its runtimes look up on any object. */
const LOOKED_UP = new Set([
  'then',
  'toJSON',
  'constructor',
  'prototype',
  'nodeType',
  'inspect',
  '$$typeof',
  'asymmetricMatch',
  '__esModule',
]);

interface Rules<T> {
  /** Called before each use; throws where the object may no longer be used. */
  before?: (target: T, property: string) => void;
}

/**
 * The same object, except that reading or writing a property it does not have throws. Methods run on the object itself, so that its
 * private fields work; where they return it, the caller gets the guarded one again.
 */
export function guarded<T extends object>(target: T, name: string, rules: Rules<T> = {}): T {
  const proxy: T = new Proxy(target, {
    get(_, property) {
      if (typeof property === 'string') {
        rules.before?.(target, property);
        if (!(property in target)) {
          if (LOOKED_UP.has(property) || property.startsWith('_')) return undefined;
          throw new NotImplemented(`${name}.${property}`);
        }
      }
      const value = Reflect.get(target, property, target) as unknown;
      if (typeof value !== 'function' || isClass(value)) return value;
      return (...args: unknown[]): unknown => {
        const result = Reflect.apply(value, target, args) as unknown;
        return result === target ? proxy : result;
      };
    },
    set(_, property, value) {
      if (typeof property === 'string' && !(property in target))
        throw new NotImplemented(`${name}.${property} =`);
      return Reflect.set(target, property, value, target);
    },
  });
  return proxy;
}

function isClass(value: object): boolean {
  return 'prototype' in value && Function.prototype.toString.call(value).startsWith('class');
}

/** A whole part of Electron that is not there: importing its name works, as in Electron; any use of it throws. */
export function absent(name: string): never {
  const refuse = (how: string): never => {
    throw new NotImplemented(how === '' ? name : `${name}.${how}`);
  };
  return new Proxy(class {}, {
    get: (_, property) => {
      if (typeof property === 'symbol' || LOOKED_UP.has(property)) return undefined;
      return refuse(property);
    },
    set: (_, property) => refuse(String(property)),
    construct: () => refuse(''),
    apply: () => refuse(''),
  }) as never;
}

/** A method that is there by name and throws when it is called. */
export function refusing(what: string): () => never {
  return () => {
    throw new NotImplemented(what);
  };
}
