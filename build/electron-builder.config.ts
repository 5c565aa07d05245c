/**
 * How the packages are made: `npm run dist`, or `electron-builder --config build/electron-builder.config.ts`. An Electron folder of one's
 * own is taken with `--config.electronDist=<folder>`; then nothing is fetched for the app itself.
 */
import type { Configuration, FileSet } from 'electron-builder';
import { APP_ID, APP_NAME } from '../main/presence/identity.ts';
import { EXECUTABLE, finishPackage, stripElectron } from './finish-package.ts';

/** Where installed copies look for newer ones. Without it a package does not bring itself up to date. */
const updates = process.env.SLUICE_UPDATES_URL || undefined;
if (updates !== undefined && !updates.startsWith('https://'))
  throw new Error('SLUICE_UPDATES_URL is an https address.');

/** deb and rpm name an address; it is the builder's to say. */
const homepage = process.env.SLUICE_HOMEPAGE || undefined;

/**
 * All that goes into the archive of a system, whatever system packs. Everything else is inside the bundles; maps, declarations and C sources
 * have no use in an installed app. As a set, because of a plain list for one system only the exclusions reach node_modules.
 */
const filesOf = (system: 'linux' | 'win32' | 'darwin'): FileSet => ({
  from: '.',
  filter: [
    'out/**',
    '!out/**/*.map',
    'package.json',
    '!node_modules/**',
    'node_modules/better-sqlite3/package.json',
    'node_modules/better-sqlite3/LICENSE',
    'node_modules/better-sqlite3/lib/**/*.js',
    `node_modules/better-sqlite3/prebuilds/${system}-\${arch}.node`,
  ],
});

const configuration: Configuration = {
  ...(homepage === undefined ? {} : { extraMetadata: { homepage } }),
  appId: APP_ID,
  productName: APP_NAME,
  copyright: 'MIT License',
  directories: { output: 'dist', buildResources: 'build' },
  // better-sqlite3 brings its Node-API binaries: one for Node and every Electron.
  npmRebuild: false,
  nodeGypRebuild: false,
  buildDependenciesFromSource: false,
  asar: { smartUnpack: false },
  // A native module is loaded by the system, which reads no archive.
  asarUnpack: ['node_modules/better-sqlite3/prebuilds/*.node'],
  electronLanguages: ['en-US', 'en-GB'],
  afterExtract: stripElectron,
  // Before signing.
  afterPack: finishPackage,
  // biome-ignore lint/suspicious/noTemplateCurlyInString: electron-builder fills these in.
  artifactName: '${name}-${version}-${os}-${arch}.${ext}',
  publish: updates === undefined ? null : { provider: 'generic', url: updates },

  linux: {
    files: [filesOf('linux')],
    target: ['deb', 'rpm', 'AppImage', 'tar.gz'],
    category: 'Network',
    icon: 'build/icons',
    executableName: EXECUTABLE,
    maintainer: process.env.SLUICE_MAINTAINER ?? 'Sluice maintainers',
    vendor: 'Sluice',
    synopsis: 'Threat intelligence from TAXII feeds, reviewed, to Devo',
    desktop: {
      entry: {
        Name: APP_NAME,
        GenericName: 'Threat intelligence collector',
        Comment: 'Pull threat intelligence, review it, hand it over to Devo',
        Keywords: 'STIX;TAXII;Devo;threat;intelligence;indicators;',
        StartupWMClass: APP_NAME,
        StartupNotify: 'true',
      },
    },
  },
  // The templates of electron-builder install the AppArmor profile and set the sandbox's mode; the profile is ours.
  deb: {
    depends: [
      'libgtk-3-0 | libgtk-3-0t64',
      'libnotify4',
      'libnss3',
      'libxss1',
      'libxtst6',
      'xdg-utils',
      'libatspi2.0-0',
      'libuuid1',
      'libsecret-1-0',
    ],
    recommends: ['gnome-keyring | kwalletmanager', 'libayatana-appindicator3-1'],
    appArmorProfile: 'build/apparmor-profile',
  },
  rpm: {
    depends: [
      'gtk3',
      'libnotify',
      'nss',
      'libXScrnSaver',
      'libXtst',
      'xdg-utils',
      'at-spi2-core',
      'libuuid',
      'libsecret',
    ],
  },

  win: {
    files: [filesOf('win32')],
    target: ['nsis'],
    icon: 'build/icons/icon.ico',
    legalTrademarks: APP_NAME,
  },
  nsis: {
    oneClick: false,
    perMachine: false,
    allowElevation: true,
    allowToChangeInstallationDirectory: true,
    deleteAppDataOnUninstall: false,
  },

  mac: {
    files: [filesOf('darwin')],
    target: ['dmg', 'zip'],
    icon: 'build/icons/icon.icns',
    category: 'public.app-category.developer-tools',
    hardenedRuntime: true,
    gatekeeperAssess: false,
    entitlements: 'build/entitlements.mac.plist',
    entitlementsInherit: 'build/entitlements.mac.inherit.plist',
    extendInfo: { NSSupportsAutomaticGraphicsSwitching: true, LSMinimumSystemVersion: '12.0' },
  },
  dmg: { title: `${APP_NAME}`, writeUpdateInfo: false },
};

export default configuration;
