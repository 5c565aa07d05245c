import type { CommandId } from './commands.ts';
import type { CallInput, CallName, CallOutput, CallResult, EngineEvent } from './contract.ts';

/** What the host can do beyond the contract. There is no `isElectron` anywhere: this is all a renderer may ask. */
export interface Capabilities {
  /** Opens the folder of logs in the system's file manager. */
  openLogFolder: boolean;
  /** Native dialog that answers a file's path. */
  chooseFile: boolean;
  /** Follows the system's dark or light setting through the host. */
  nativeTheme: boolean;
  /** Stays in the tray while its window is closed. */
  tray: boolean;
  /** Starts when the person logs in. */
  startAtLogin: boolean;
  /** Notifications of the system. */
  notifications: boolean;
  /** Looks for newer versions of itself. */
  updates: boolean;
}

/** What a host asks of the page: to do a command of the registry, or to be at a place (view and path). */
export type HostRequest = { command: CommandId } | { place: string[] };

/** The one thing between renderer and engine. The preload and the loopback page implement it. */
export interface Bridge {
  readonly capabilities: Capabilities;
  /** Rejects with an Error whose `failure` property is a Failure. Unknown names reject. */
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>>;
  /** Every event in order. Returns how to stop. */
  onEvent(listener: (event: EngineEvent) => void): () => void;
  /** The connection to the engine: the interface shows when it is away. */
  onConnection(listener: (state: 'open' | 'lost') => void): () => void;
  /** What the native menu, the tray and notifications ask for. A host without them never does. */
  onRequest(listener: (request: HostRequest) => void): () => void;
  /** Host services; each rejects where the capability is false. */
  openLogFolder(): Promise<void>;
  chooseFile(options: { title: string; extensions: string[] }): Promise<string | null>;
}

/**
 * What a preload exposes as `window.sluice`: the Bridge, except that answers are values (`CallResult`), because errors lose their
 * members between isolated worlds.
 */
export interface HostBridge extends Omit<Bridge, 'call'> {
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallResult<N>>;
}
