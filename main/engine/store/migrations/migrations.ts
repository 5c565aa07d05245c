import { sql as initial } from './0001-initial.ts';
import { sql as expired } from './0004-expired.ts';
import { sql as tables } from './0005-tables.ts';
import { sql as overrides } from './0006-overrides.ts';
import { sql as generated } from './0007-generated.ts';
import { sql as searchWords } from './0008-search-words.ts';

/** In order; a file's `user_version` is how many of these it has been through. Only ever append. */
export const MIGRATIONS: readonly string[] = [initial, expired, tables, overrides, generated, searchWords];
