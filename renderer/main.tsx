import '@mantine/core/styles/default-css-variables.css';
import '@mantine/core/styles/baseline.css';
import '@mantine/core/styles/global.css';
import '@mantine/core/styles/UnstyledButton.css';
import '@mantine/core/styles/VisuallyHidden.css';
import '@mantine/core/styles/Paper.css';
import '@mantine/core/styles/Popover.css';
import '@mantine/core/styles/CloseButton.css';
import '@mantine/core/styles/Loader.css';
import '@mantine/core/styles/Overlay.css';
import '@mantine/core/styles/ModalBase.css';
import '@mantine/core/styles/Modal.css';
import '@mantine/core/styles/ScrollArea.css';
import '@mantine/core/styles/Input.css';
import '@mantine/core/styles/InlineInput.css';
import '@mantine/core/styles/PasswordInput.css';
import '@mantine/core/styles/NumberInput.css';
import '@mantine/core/styles/Combobox.css';
import '@mantine/core/styles/Pill.css';
import '@mantine/core/styles/PillsInput.css';
import '@mantine/core/styles/Checkbox.css';
import '@mantine/core/styles/Switch.css';
import '@mantine/core/styles/FloatingIndicator.css';
import '@mantine/core/styles/SegmentedControl.css';
import '@mantine/core/styles/ActionIcon.css';
import '@mantine/core/styles/Button.css';
import '@mantine/core/styles/Menu.css';
import '@mantine/core/styles/Tabs.css';
import '@mantine/core/styles/Group.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/frame.css';
import './styles/review.css';
import './styles/detail.css';
import './styles/relations.css';
import './styles/sources.css';
import './styles/settings.css';
import { MantineProvider } from '@mantine/core';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { listenForKeys, listenToHost } from './commands.ts';
import { startEngine } from './state/engine.ts';
import { startExports } from './state/export.ts';
import { startPlan } from './state/plan.ts';
import { usePreferences } from './state/preferences.ts';
import { watchArrivals } from './state/review-arrivals.ts';
import { startSettings } from './state/settings.ts';
import { themeManager } from './state/theme-manager.ts';
import { theme } from './theme.ts';

const nonce = document.querySelector('meta[name="csp-nonce"]')?.getAttribute('content') ?? '';
const root = document.getElementById('root');

startEngine();
startSettings();
startPlan();
startExports();
watchArrivals();
listenForKeys();
listenToHost();

if (root !== null) {
  createRoot(root).render(
    <MantineProvider
      theme={theme}
      defaultColorScheme={usePreferences.getState().theme}
      colorSchemeManager={themeManager}
      getStyleNonce={() => nonce}
    >
      <App />
    </MantineProvider>,
  );
}
