import { type Command, Option } from 'commander';
import { SluiceError } from '../../../shared/errors.ts';
import { configured } from '../../engine/config/configured.ts';
import { writePrivateFile } from '../../engine/config/private-file.ts';
import { CONFIG_FORMATS, type ConfigFormat, writeConfig } from '../../engine/config/write-config.ts';
import { openWorkspace, readConfig } from '../open-workspace.ts';
import { pour, tell } from '../say.ts';

interface ExportOptions {
  config?: string;
  data: string;
  format: ConfigFormat;
  out?: string;
  withSecrets?: boolean;
}

/** `export-config`: what is configured as a collector's config.yaml, or as the Collector Server's parameters. */
export function exportConfigCommand(program: Command): void {
  program
    .command('export-config')
    .description(
      "write what is configured as a Devo collector's config.yaml, or as the Collector Server's JSON",
    )
    .requiredOption('--data <dir>', 'data directory; what was set in the interface is in there')
    .option('--config <file>', 'collector config.yaml whose entries come first')
    .addOption(
      new Option('--format <format>', 'config.yaml or parameters').choices(CONFIG_FORMATS).default('yaml'),
    )
    .option('--out <file>', 'a new file, readable by you only, instead of standard output')
    .option('--with-secrets', 'passwords and tokens too; needs --out')
    .action(async (options: ExportOptions) => {
      const withSecrets = options.withSecrets === true;
      if (withSecrets && options.out === undefined) {
        throw new SluiceError({
          code: 'usage.secrets',
          message: 'Secrets are written to a file only: --with-secrets needs --out.',
        });
      }
      const config = options.config === undefined ? null : readConfig(options.config);
      const workspace = openWorkspace({ data: options.data, config, log: false });
      try {
        const what = await configured(workspace, withSecrets);
        const { text, notes } = writeConfig(what, options.format);
        if (options.out === undefined) await pour(text);
        else writePrivateFile(options.out, text);
        // YAML says them in its own head.
        if (options.format === 'json') for (const note of notes) tell(note);
        if (withSecrets) tell(`${options.out}: ${what.secrets.size} secrets, readable by you only.`);
        for (const secret of what.missing) tell(`Not written, because it cannot be read here: ${secret}`);
      } finally {
        workspace.close();
      }
    });
}
