/** A collector's configuration, written and read. */
import { z } from 'zod';

export const configFormat = z.enum(['yaml', 'json']);

export const configText = z.string().max(500_000);

export const writtenConfig = z.strictObject({
  text: z.string(),
  /** What whoever runs a collector from it has to know. */
  notes: z.array(z.string()),
});

export type WrittenConfigView = z.infer<typeof writtenConfig>;

/** What a collector's file holds. `taken`: the name is in use here, so the entry stays out. */
export const importPreview = z.strictObject({
  entries: z.array(
    z.strictObject({
      what: z.enum(['source', 'destination']),
      name: z.string(),
      kind: z.string(),
      taken: z.boolean(),
      /** Secrets of it that the file holds. */
      secrets: z.array(z.string()),
    }),
  ),
  /** In the collectors' words. */
  warnings: z.array(z.string()),
});

export type ImportPreview = z.infer<typeof importPreview>;
