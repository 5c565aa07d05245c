import { registerHooks } from 'node:module';

/** Every import and require of `electron` in this process gets the module at this address instead. */
export function standInFor(address: URL): void {
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'electron' || specifier.startsWith('electron/main') || specifier === 'electron/utility'
        ? { ...next(address.href, context), shortCircuit: true }
        : next(specifier, context),
  });
}
