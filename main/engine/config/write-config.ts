import { resolve } from 'node:path';
import { Document, stringify } from 'yaml';
import type { DestinationSettings, SourceSettings } from '../../../shared/settings.ts';
import type { Raw } from './config-values.ts';
import { secretKey } from './secrets.ts';
import { writeInput } from './write-input.ts';
import { writeOutput } from './write-output.ts';

/** `config.yaml` as the collectors run from it, or the Collector Server's parameters. Reference 4.1. */
export const CONFIG_FORMATS = ['yaml', 'json'] as const;
export type ConfigFormat = (typeof CONFIG_FORMATS)[number];

export interface ConfigToWrite {
  /** `globals.id` and `.name`; the id has at most five characters. */
  collectorId: string;
  collectorName: string;
  /** Each with the folder that its relative file names start from. */
  sources: readonly { settings: SourceSettings; baseDir: string }[];
  destinations: readonly { settings: DestinationSettings; baseDir: string }[];
  /** By `secretKey`; empty to write none. */
  secrets: ReadonlyMap<string, string>;
}

export interface WrittenConfig {
  text: string;
  /** What whoever runs a collector from it has to know, one sentence each. */
  notes: string[];
}

/** A block of the file under way: what is written, which secrets go along, and what has to be said about it. */
export interface BlockWriter {
  secret(field: string): string | undefined;
  /** File names are written in full: the file may be put anywhere. */
  file(path: string): string;
  note(sentence: string): void;
  /** These keys are Sluice's own. */
  own(keys: readonly string[]): void;
}

/**
 * What is configured, so that {@link readCollectorText} makes the same of it. Keys of Sluice's own are written only where they differ from
 * their default: a collector ignores them with a warning.
 */
export function writeConfig(config: ConfigToWrite, format: ConfigFormat): WrittenConfig {
  const notes: string[] = [];
  const blockWriter = (owner: 'source' | 'destination', name: string, baseDir: string): BlockWriter => ({
    secret: (field) => config.secrets.get(secretKey(owner, name, field)),
    file: (path) => resolve(baseDir, path),
    note: (sentence) => notes.push(`${name}: ${sentence}`),
    own: (keys) => {
      if (keys.length > 0)
        notes.push(
          `${name}: ${keys.join(', ')} ${keys.length === 1 ? 'is' : 'are'} Sluice's own; a collector ignores ${keys.length === 1 ? 'it' : 'them'}.`,
        );
    },
  });
  const inputs: Raw = {};
  for (const { settings, baseDir } of config.sources) {
    // The Collector Server sends to its own domain: there are no outputs to name.
    const routed = format === 'json' ? { ...settings, outputs: null } : settings;
    inputs[settings.name] = writeInput(routed, blockWriter('source', settings.name, baseDir));
  }
  if (format === 'json') {
    return { text: `${JSON.stringify({ global_overrides: { debug: false }, inputs }, null, 2)}\n`, notes };
  }
  const outputs: Raw = {};
  for (const { settings, baseDir } of config.destinations)
    outputs[settings.name] = writeOutput(settings, blockWriter('destination', settings.name, baseDir));
  const globals = {
    debug: false,
    id: config.collectorId.slice(0, 5),
    name: config.collectorName,
    persistence: { type: 'filesystem', config: { directory_name: 'state' } },
  };
  const document = new Document({ globals, outputs, inputs });
  document.commentBefore = notes.map((note) => ` ${note}`).join('\n');
  return { text: stringify(document, { lineWidth: 0 }), notes };
}

/**
 * The members of settings that are written, under their keys. `always` are written also at their default; the others are Sluice's own or
 * optional.
 * @param keys config.yaml key → member; the first key of a member is the one to write
 */
export function membersOf(
  settings: object,
  defaults: object,
  keys: Readonly<Record<string, string>>,
  always: ReadonlySet<string>,
): Raw {
  const values = settings as Raw;
  const usual = defaults as Raw;
  const written: Raw = {};
  const done = new Set<string>();
  for (const [key, member] of Object.entries(keys)) {
    if (done.has(member)) continue;
    done.add(member);
    const value = values[member];
    if (value === undefined || value === null) continue;
    if (always.has(key) || JSON.stringify(value) !== JSON.stringify(usual[member])) written[key] = value;
  }
  return written;
}
