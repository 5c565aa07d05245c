import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { SluiceError } from '../../../shared/errors.ts';
import type { DestinationSettings, SourceSettings } from '../../../shared/settings.ts';
import { isMap, type Raw, wrong } from './config-values.ts';
import { readInput } from './read-input.ts';
import { readOutput } from './read-output.ts';

/** What a Devo collector's `config.yaml` means to Sluice. Secrets are apart from settings, under their keys (see `secretKey`). */
export interface CollectorConfig {
  file: string;
  /** Folder that relative certificate paths start from: the file's own. */
  baseDir: string;
  collectorId: string | null;
  collectorName: string | null;
  sources: SourceSettings[];
  destinations: DestinationSettings[];
  secrets: Map<string, string>;
  /** Settings that were read but mean nothing here, in the seeds' words. */
  warnings: string[];
  /** Missing secrets are no mistake: they are given apart. */
  secretsLater?: boolean;
}

/** The parser compares each key of a block with all before it: no configuration is anywhere near this. */
const LARGEST_FILE = 1_000_000;
const GLOBALS = new Set(['debug', 'id', 'name', 'persistence']);
/** `global_overrides` stands in the Collector Server's parameters in place of `globals`. */
const TOP = new Set(['globals', 'global_overrides', 'outputs', 'inputs']);

/**
 * Reads and checks a `config.yaml` (reference 4.1).
 * @param now epoch ms, to check historic dates against.
 * @throws SluiceError `config.*` with one clear sentence; InitVariableError 1–3 for the historic date.
 */
export function readCollectorConfig(path: string, now: number): CollectorConfig {
  const file = resolve(path);
  return readCollectorText(readText(file), file, now);
}

/**
 * The same of a text: a `config.yaml`, or the Collector Server's parameters, whose JSON is YAML too.
 * @param file where it came from; relative certificate paths start from its folder
 * @param options `secretsLater`: missing secrets are no mistake
 */
export function readCollectorText(
  text: string,
  file: string,
  now: number,
  options: { secretsLater?: boolean } = {},
): CollectorConfig {
  const root = parseYaml(text, file);
  const config: CollectorConfig = {
    ...options,
    file,
    baseDir: dirname(file),
    collectorId: null,
    collectorName: null,
    sources: [],
    destinations: [],
    secrets: new Map(),
    warnings: [],
  };
  for (const key of Object.keys(root))
    if (!TOP.has(key)) config.warnings.push(ignored('setting', key, root[key]));
  readGlobals(root.globals, config);
  for (const [name, output] of entries(root.outputs, 'outputs')) {
    const read = readOutput(name, output, config);
    if (read !== null) config.destinations.push(read);
  }
  for (const [name, input] of entries(root.inputs, 'inputs'))
    config.sources.push(...readInput(name, input, config, now));
  checkOutputsExist(config);
  return config;
}

/** The seeds' line for a setting that does nothing. */
export function ignored(what: string, key: string, value: unknown): string {
  const shown =
    typeof value === 'boolean'
      ? value
        ? 'True'
        : 'False'
      : typeof value === 'number'
        ? String(value)
        : '(...)';
  return `[WARNING] Illegal ${what} has been ignored -> ${key}: ${shown}`;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SluiceError(
      {
        code: 'config.unreadable',
        message: `The configuration file cannot be read: ${file} (${(error as NodeJS.ErrnoException).code ?? 'error'}).`,
        remedy: 'Check the path given with --config and its permissions.',
        details: { file },
      },
      { cause: error },
    );
  }
}

function parseYaml(text: string, file: string): Raw {
  if (text.length > LARGEST_FILE)
    throw wrong(
      'config.too-large',
      `The configuration file is larger than ${LARGEST_FILE} characters: ${file}.`,
    );
  const document = parseDocument(text, { prettyErrors: true, uniqueKeys: true, merge: true });
  const first = document.errors[0];
  if (first !== undefined) {
    const at = first.linePos?.[0];
    throw new SluiceError({
      code: 'config.yaml',
      // The parser's own message quotes the line, which may hold a password: only its place is told.
      message: `The configuration file is not valid YAML${at === undefined ? '' : ` (line ${at.line}, column ${at.col})`}: ${firstSentence(first.message)}`,
      remedy: 'Correct the file at that place; indentation and quotes are the usual causes.',
      details: { file, line: at?.line ?? null },
    });
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    // The parser names the alias, which may be a password that begins with an asterisk.
    throw new SluiceError(
      {
        code: 'config.yaml',
        message: `The configuration file uses a YAML alias (*) that has no anchor, or far too many of them: ${file}.`,
        remedy: 'Put values that begin with * in quotes.',
        details: { file, line: null },
      },
      { cause: error },
    );
  }
  if (!isMap(value)) throw wrong('config.empty', `The configuration file holds no settings: ${file}.`);
  return value;
}

function firstSentence(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
}

function readGlobals(globals: unknown, config: CollectorConfig): void {
  if (globals === undefined || globals === null) return;
  if (!isMap(globals)) throw wrong('config.globals', 'globals must be a block of settings.');
  if (globals.id !== undefined) config.collectorId = String(globals.id);
  if (globals.name !== undefined) config.collectorName = String(globals.name);
  for (const key of Object.keys(globals)) {
    if (!GLOBALS.has(key)) config.warnings.push(ignored('global setting', key, globals[key]));
  }
}

function entries(block: unknown, name: string): [string, Raw][] {
  if (block === undefined || block === null) return [];
  if (!isMap(block)) throw wrong('config.block', `${name} must be a block of named entries.`);
  return Object.entries(block).map(([key, value]) => {
    if (!isMap(value)) throw wrong('config.block', `${name}.${key} must be a block of settings.`);
    return [key, value];
  });
}

function checkOutputsExist(config: CollectorConfig): void {
  const known = new Set(config.destinations.map((d) => d.name));
  for (const source of config.sources) {
    for (const output of source.outputs ?? []) {
      if (!known.has(output)) {
        throw wrong(
          'config.output-unknown',
          `Input "${source.name}" names the output "${output}", which the file does not define.`,
        );
      }
    }
  }
}
