import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { SluiceError } from '../../shared/errors.ts';
import type { RecordKind } from '../../shared/records.ts';
import { type DestinationSettings, type SourceSettings, takenKinds } from '../../shared/settings.ts';
import type { CollectorConfig } from './config/collector-config.ts';
import { layeredSecrets, secretKey, sessionSecrets } from './config/secrets.ts';
import { openSettings, type Settings } from './config/settings-file.ts';
import { mayUseStored, secretServers } from './config/stored-secrets.ts';
import { createDestination } from './devo/create-destination.ts';
import type { Destination } from './devo/destination.ts';
import { linqFor } from './devo/linq.ts';
import { LogBook } from './log/log-book.ts';
import { LogFile } from './log/log-file.ts';
import type { Clock, ResolveProxy, Secrets } from './ports.ts';
import { writtenPullingId } from './pulling-id.ts';
import type { SendPlan } from './review/wire-preview.ts';
import { sendPlan, tagsOf } from './send-plan.ts';
import type { PullStatistics } from './sources/collector-lines.ts';
import { createSource } from './sources/create-source.ts';
import { trustCaFile } from './sources/http-tls.ts';
import { isLoopback } from './sources/loopback-host.ts';
import type { Source } from './sources/source.ts';
import { SourceMemories } from './sources/source-memories.ts';
import { statisticsLine } from './sources/statistics-line.ts';
import { openStore } from './store/open-store.ts';
import type { Route } from './store/outbox-store.ts';
import type { Store } from './store/store.ts';

export type Origin = 'config' | 'settings' | 'demo';
export interface SourceEntry {
  settings: SourceSettings;
  origin: Origin;
}
export interface DestinationEntry {
  settings: DestinationSettings;
  origin: Origin;
}

export interface WorkspacePorts {
  dataDir: string;
  clock: Clock;
  secrets: Secrets;
  resolveProxy: ResolveProxy;
  /** A collector's config.yaml, already read; its entries are read-only and come first. */
  config: CollectorConfig | null;
  /** The configuration is the built-in demo's. */
  demo: boolean;
}

/** A data directory with what is configured for it: what the command line and the engine both stand on. */
export class Workspace {
  readonly store: Store;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly logBook: LogBook;
  readonly ports: WorkspacePorts;
  readonly #config: CollectorConfig | null;
  readonly #memories = new SourceMemories();

  constructor(ports: WorkspacePorts) {
    this.ports = ports;
    this.clock = ports.clock;
    this.#config = ports.config;
    this.settings = openSettings(ports.dataDir);
    this.secrets =
      ports.config === null
        ? ports.secrets
        : layeredSecrets(sessionSecrets(ports.config.secrets), ports.secrets);
    this.store = openStore({ dir: ports.dataDir, clock: ports.clock });
    this.logBook = new LogBook(ports.clock, this.store.logs, new LogFile(ports.dataDir));
    this.applySettings();
  }

  /** Puts into effect what the program's settings say. */
  applySettings(): void {
    const { app } = this.settings.value;
    this.logBook.keepFrom(app.logLevel);
    trustCaFile(app.caFile === null ? null : resolve(this.ports.dataDir, app.caFile));
  }

  /** Configured entries first; one name is one source, and the file's wins. */
  sources(): SourceEntry[] {
    return merged<SourceEntry>(this.#config?.sources ?? [], this.settings.value.sources, this.ports.demo);
  }

  destinations(): DestinationEntry[] {
    return merged<DestinationEntry>(
      this.#config?.destinations ?? [],
      this.settings.value.destinations,
      this.ports.demo,
    );
  }

  sourceEntry(name: string): SourceEntry {
    const entry = this.sources().find((s) => s.settings.name === name);
    if (entry === undefined)
      throw new SluiceError({ code: 'source.unknown', message: `There is no source named "${name}".` });
    return entry;
  }

  destinationEntry(name: string): DestinationEntry {
    const entry = this.destinations().find((d) => d.settings.name === name);
    if (entry === undefined)
      throw new SluiceError({
        code: 'destination.unknown',
        message: `There is no destination named "${name}".`,
      });
    return entry;
  }

  /** Where relative certificate paths start: the configuration file's folder, else the data directory. */
  baseDir(origin: Origin): string {
    return origin === 'settings' || this.#config === null ? this.ports.dataDir : this.#config.baseDir;
  }

  /**
   * A source ready to run. `tried` are secrets of a form that is not saved. Stored ones are given only while what is saved under the
   * name goes to the same servers, which is asked each time: settings may change under a pull that runs.
   */
  openSource(entry: SourceEntry, tried: Readonly<Record<string, string | undefined>> = {}): Source {
    const { settings } = entry;
    const saved = (): SourceSettings | undefined =>
      this.sources().find((s) => s.settings.name === settings.name)?.settings;
    return createSource({
      settings,
      secrets: async (field) =>
        tried[field] ??
        (mayUseStored(saved(), settings)
          ? await this.secrets.get(secretKey('source', settings.name, field), this.serversOf(settings))
          : null),
      baseDir: this.baseDir(entry.origin),
      resolveProxy: (url) => this.#resolveProxy(url),
      memory: this.#memories.of(settings),
    });
  }

  /** A secret of the source changed: what it keeps while the program runs may rest on the old one. */
  forgetMemory(source: string): void {
    this.#memories.forget(source);
  }

  /** Who would get the secrets of these settings. */
  serversOf(settings: SourceSettings | DestinationSettings): Set<string> {
    return secretServers(settings, this.settings.value.app.proxy);
  }

  /** For whoever names no proxy of its own: the program's, or the system's. Nothing on this computer goes through the program's. */
  async #resolveProxy(url: string): Promise<string | null> {
    const { proxy } = this.settings.value.app;
    if (proxy.mode === 'manual') return isLoopback(url) ? null : proxy.url;
    return proxy.mode === 'none' ? null : await this.ports.resolveProxy(url);
  }

  /** A destination ready to encode and to connect. Secrets as in {@link openSource}. */
  async openDestination(
    entry: DestinationEntry,
    tried: Readonly<Record<string, string | undefined>> = {},
  ): Promise<Destination> {
    const { settings } = entry;
    const saved = (): DestinationSettings | undefined =>
      this.destinations().find((d) => d.settings.name === settings.name)?.settings;
    return createDestination({
      settings,
      secrets: async (field) =>
        tried[field] ??
        (mayUseStored(saved(), settings)
          ? await this.secrets.get(secretKey('destination', settings.name, field), this.serversOf(settings))
          : null),
      baseDir: this.baseDir(entry.origin),
      resolveProxy: (url) => this.#resolveProxy(url),
      sendPlan: (source, kind, type) => this.sendPlan(source, kind, type),
      hostname: settings.hostname === '' ? hostname() : settings.hostname,
      clock: this.clock,
      holding: {
        begun: () => this.store.tables.held(this.routeOf(settings)).begun,
        records: () => this.store.tables.heldRecords(this.routeOf(settings)),
      },
    });
  }

  destination(name: string): Promise<Destination> {
    return this.openDestination(this.destinationEntry(name));
  }

  /** Tag and obfuscation of a source's records. A source that is no longer configured keeps the defaults. */
  sendPlan(source: string, kind: RecordKind, type: string): SendPlan {
    return sendPlan(this.sources().find((s) => s.settings.name === source)?.settings, kind, type);
  }

  /** The tags that a source's events go out under; none for one whose records become a lookup. */
  tagsOf(source: string): readonly string[] {
    return tagsOf(this.sources().find((s) => s.settings.name === source)?.settings);
  }

  /** See `SourceWords.linqOf` in views.ts; under all tags where a source is not configured or uses none of them. */
  linqOf(pullingIds: readonly string[], tags: readonly string[]): { tag: string; query: string }[] {
    const queries = new Map<string, string>();
    for (const pullingId of pullingIds) {
      const pulled = this.store.pulls.sourceOf(pullingId);
      const settings = this.sources().find((s) => s.settings.name === pulled)?.settings;
      const own = new Set(settings === undefined ? [] : tagsOf(settings));
      const id = writtenPullingId(pullingId, settings?.kind === 'threatq' ? 'seconds' : 'milliseconds');
      const found = tags.filter((tag) => own.has(tag));
      for (const tag of found.length === 0 ? tags : found) queries.set(linqFor(tag, id), tag);
    }
    return [...queries].map(([query, tag]) => ({ tag, query }));
  }

  /** A pull's statistics in the words of its collector. */
  statisticsLine(source: string, pull: PullStatistics): string {
    return statisticsLine(this.sources().find((s) => s.settings.name === source)?.settings.kind, pull);
  }

  /** Which sources deliver to a destination: all whose `outputs` do not say otherwise. */
  routeOf(destination: DestinationSettings, only?: (source: SourceSettings) => boolean): Route {
    const sources = this.sources()
      .map((s) => s.settings)
      .filter((s) => s.outputs === null || s.outputs.includes(destination.name))
      .filter((s) => only?.(s) ?? true)
      .map((s) => s.name);
    return {
      destination: destination.name,
      sources,
      kinds: takenKinds(destination),
      maxTlp: destination.maxTlp,
      ...lookupOf(destination),
    };
  }

  async secretsSet(
    owner: 'source' | 'destination',
    name: string,
    fields: readonly string[],
  ): Promise<string[]> {
    const set = await Promise.all(fields.map((field) => this.secrets.has(secretKey(owner, name, field))));
    return fields.filter((_, i) => set[i]);
  }

  close(): void {
    this.logBook.flush();
    this.store.close();
  }
}

function lookupOf(settings: DestinationSettings): Pick<Route, 'lookup'> {
  switch (settings.kind) {
    case 'devo-lookup': {
      const identity = JSON.stringify([settings.baseUrl, settings.domain, settings.lookup]);
      return { lookup: { name: settings.lookup, identity, update: settings.update } };
    }
    case 'devo-lookup-legacy': {
      const identity = JSON.stringify([settings.address, settings.port, settings.lookup]);
      return { lookup: { name: settings.lookup, identity, update: settings.update } };
    }
    default:
      return {};
  }
}

function merged<E extends { settings: { name: string }; origin: Origin }>(
  configured: readonly E['settings'][],
  set: readonly E['settings'][],
  demo: boolean,
): E[] {
  const names = new Set(configured.map((s) => s.name));
  return [
    ...configured.map((settings) => ({ settings, origin: demo ? 'demo' : 'config' }) as E),
    ...set.filter((s) => !names.has(s.name)).map((settings) => ({ settings, origin: 'settings' }) as E),
  ];
}
