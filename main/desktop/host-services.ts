import { dialog, type IpcMain, type IpcMainInvokeEvent, shell } from 'electron';
import { z } from 'zod';
import { CHANNEL } from './channels.ts';
import { fromOurPage } from './ipc-gate.ts';

const chooseFileInput = z.strictObject({
  title: z.string().max(200),
  extensions: z.array(z.string().regex(/^[a-z0-9]{1,10}$/)).max(20),
});

/** What the host adds to the contract: a file dialog and the log folder. */
export function installHostServices(ipc: Pick<IpcMain, 'handle'>, logDir: string): void {
  ipc.handle(
    CHANNEL.chooseFile,
    async (event: IpcMainInvokeEvent, input: unknown): Promise<string | null> => {
      if (!fromOurPage(event)) return null;
      const { title, extensions } = chooseFileInput.parse(input);
      const filters =
        extensions.length === 0 ? [] : [{ name: extensions.map((e) => `.${e}`).join(', '), extensions }];
      const answer = await dialog.showOpenDialog({ title, properties: ['openFile'], filters });
      return answer.canceled ? null : (answer.filePaths[0] ?? null);
    },
  );
  ipc.handle(CHANNEL.openLogFolder, async (event: IpcMainInvokeEvent): Promise<void> => {
    if (fromOurPage(event)) await shell.openPath(logDir);
  });
}
