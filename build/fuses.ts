/** What a released Electron may no longer do, burnt into its binary. Electron security list, 19. */
import {
  type FuseConfig,
  FuseState,
  FuseV1Options,
  FuseVersion,
  flipFuses,
  getCurrentFuseWire,
} from '@electron/fuses';

/** Every fuse there is, so that a new one of a later Electron is an error here and not a default. */
export const RELEASE_FUSES = {
  version: FuseVersion.V1,
  strictlyRequireAllFuses: true,
  /** The binary is no Node for whoever sets ELECTRON_RUN_AS_NODE. The engine is a utility process and does not need it. */
  [FuseV1Options.RunAsNode]: false,
  [FuseV1Options.EnableCookieEncryption]: true,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  /** Checked by macOS and Windows; Linux has no such check. */
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  /** A guard of WebAssembly's memory by the processor; on as Electron has it. */
  [FuseV1Options.WasmTrapHandlers]: true,
} as const satisfies FuseConfig;

/** @throws Error that lists the fuses which are not as a release has them. */
export async function checkFuses(binary: string): Promise<void> {
  const wire = (await getCurrentFuseWire(binary)) as unknown as Record<string, FuseState>;
  const wrong = fuseNames().filter(([index]) => {
    const wanted = RELEASE_FUSES[index as unknown as FuseV1Options] ? FuseState.ENABLE : FuseState.DISABLE;
    return wire[index] !== wanted;
  });
  if (wrong.length > 0)
    throw new Error(
      `Fuses of ${binary} are not as a release has them: ${wrong.map(([, name]) => name).join(', ')}.`,
    );
}

/** Burns them in and reads them back. `resetSignature` on macOS before the real signing. */
export async function setFuses(binary: string, resetSignature: boolean): Promise<void> {
  await flipFuses(binary, { ...RELEASE_FUSES, resetAdHocDarwinSignature: resetSignature });
  await checkFuses(binary);
}

/** Index and name of every fuse. */
export function fuseNames(): [index: string, name: string][] {
  return Object.entries(FuseV1Options).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
}
