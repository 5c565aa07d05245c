const { contextBridge, ipcRenderer } = require('electron');

globalThis.onlyHere = true;
class Secretive {
  shown = 1;
  method() {}
}
contextBridge.exposeInMainWorld('sample', {
  invoke: (channel, ...args) => ipcRenderer.invoke(channel, ...args),
  send: (text) => ipcRenderer.send('note', text),
  onNoted: (listener) => {
    const receive = (_event, text) => listener(text);
    ipcRenderer.on('noted', receive);
    return () => ipcRenderer.off('noted', receive);
  },
  twice: (call) => call(call(1)),
  throws: () => {
    throw Object.assign(new Error('thrown'), { code: 'E_CODE' });
  },
  date: () => new Date(5),
  instance: () => new Secretive(),
  nested: { list: [{ deep: true }] },
  required: (id) => {
    try {
      return typeof require(id);
    } catch (error) {
      return String(error.message);
    }
  },
});
