/**
 * Required in real Electron before the app (`electron -r`): remembers what the app gives to the system, so that a test can list a tray's
 * menu or click a notification, which Electron has no way to ask for. The names are those of test/electron/module/controls.ts.
 */
const { app, BrowserWindow, dialog, Menu, Notification, powerMonitor, shell, Tray } = require('electron');

const trays = new Map();
const notifications = [];
const opened = [];
const dialogs = [];
const progress = new Map();
const about = { options: {}, shown: 0 };

function after(target, name, record) {
  const own = target[name];
  target[name] = function recorded(...args) {
    record(this, ...args);
    return own.apply(this, args);
  };
}

for (const name of ['setContextMenu', 'setToolTip', 'setImage'])
  after(Tray.prototype, name, (tray, value) => {
    trays.set(tray, { ...trays.get(tray), [name]: value });
  });
after(BrowserWindow.prototype, 'setProgressBar', (window, value, options) => {
  progress.set(window.id, { value, mode: value < 0 ? 'none' : (options?.mode ?? 'normal') });
});
after(Tray.prototype, 'destroy', (tray) => trays.delete(tray));
after(Notification.prototype, 'show', (notification) => {
  const entry = { notification, open: true };
  notification.once('close', () => {
    entry.open = false;
  });
  notifications.push(entry);
});
after(app, 'setAboutPanelOptions', (_app, options) => {
  about.options = options;
});
after(app, 'showAboutPanel', () => {
  about.shown += 1;
});
for (const name of ['openExternal', 'openPath', 'showItemInFolder'])
  shell[name] = async (what) => {
    opened.push({ how: name, what });
    return '';
  };
for (const name of ['showMessageBox', 'showOpenDialog', 'showSaveDialog'])
  dialog[name] = (...args) =>
    new Promise((resolve) => {
      const shown = {
        kind: name,
        options: structuredClone(args.at(-1)),
        answer: (value) => {
          shown.answer = null;
          resolve(value);
        },
      };
      dialogs.push(shown);
    });
dialog.showErrorBox = (title, content) =>
  void dialogs.push({ kind: 'showErrorBox', options: { title, content }, answer: null });

const listed = (menu) =>
  (menu?.items ?? []).map((item) => ({
    id: item.id,
    label: item.label,
    sublabel: item.sublabel ?? '',
    type: item.type,
    role: item.role ?? null,
    accelerator: item.accelerator ?? null,
    enabled: item.enabled,
    visible: item.visible,
    checked: item.checked,
    submenu: listed(item.submenu),
  }));

function choose(menu, path) {
  let items = menu?.items ?? [];
  let found;
  for (const step of path) {
    found = items.find((item) => item.visible && (item.label === step || item.id === step));
    if (found === undefined)
      throw new Error(`No menu entry "${step}" among: ${items.map((item) => item.label).join(', ')}.`);
    items = found.submenu?.items ?? [];
  }
  if (!found.enabled) throw new Error(`The menu entry "${found.label}" is disabled.`);
  found.click(undefined, BrowserWindow.getAllWindows()[0]);
}

const theWindow = () => BrowserWindow.getAllWindows()[0];
const theTray = () => [...trays][0];
const theEngine = () =>
  app.getAppMetrics().find((one) => one.type === 'Utility' && one.name === 'Sluice engine');

globalThis.desktopControls = {
  tray: () => {
    const found = theTray();
    if (found === undefined) return null;
    const [, given] = found;
    const { setImage: image } = given;
    return {
      toolTip: given.setToolTip ?? '',
      title: '',
      image: typeof image === 'object' ? image.toDataURL() : '',
      menu: listed(given.setContextMenu),
    };
  },
  clickTray: () => void theTray()[0].emit('click', {}),
  chooseInTray: (path) => choose(theTray()[1].setContextMenu, path),
  menu: () => listed(Menu.getApplicationMenu()),
  chooseInMenu: (path) => choose(Menu.getApplicationMenu(), path),
  notifications: () =>
    notifications.map(({ notification: { title, body, silent, urgency }, open }) => ({
      title,
      body,
      silent,
      urgency,
      open,
    })),
  clickNotification: (index) => void notifications.at(index).notification.emit('click', {}),
  power: (event) => void powerMonitor.emit(event, {}),
  dialogs: () => dialogs.map(({ kind, options, answer }) => ({ kind, options, open: answer !== null })),
  answerDialog: (value) => dialogs.find(({ answer }) => answer !== null).answer(value),
  opened: () => opened,
  engine: () => {
    const engine = theEngine();
    return engine === undefined ? null : { name: engine.name, pid: engine.pid };
  },
  windows: () =>
    BrowserWindow.getAllWindows().map((window) => ({
      id: window.id,
      title: window.getTitle(),
      bounds: window.getBounds(),
      visible: window.isVisible(),
      minimized: window.isMinimized(),
      maximized: window.isMaximized(),
      focused: window.isFocused(),
      progress: progress.get(window.id) ?? { value: -1, mode: 'none' },
      url: window.webContents.getURL(),
    })),
  closeWindow: () => theWindow().close(),
  moveWindow: (bounds) => theWindow().setBounds(bounds),
  activate: () => void app.emit('activate', {}, BrowserWindow.getAllWindows().length > 0),
  system: () => ({
    badge: app.badgeCount,
    loginItem: null,
    userModelId: null,
    sandbox: app.commandLine.hasSwitch('enable-sandbox'),
    aboutPanel: about.options,
    aboutShown: about.shown,
    crashReports: null,
  }),
  quit: () => app.quit(),
};
