import { expect, test } from './app.ts';
import { Shell } from './pages/shell.ts';

test('settings of the program are saved as they are made, checked, and there after a reload', async ({
  sluice: page,
}) => {
  const shell = new Shell(page);
  await shell.go('settings');
  // What a page in the browser cannot do is said and not offered.
  await expect(page.getByText('A page in the browser has no tray')).toBeVisible();
  await expect(page.getByRole('switch', { name: 'Start at login' })).toHaveCount(0);

  await page.getByRole('switch', { name: 'Quiet hours' }).focus();
  await page.keyboard.press('Space');
  const from = page.getByRole('textbox', { name: 'From' });
  await from.fill('25:00');
  await expect(page.getByText('A time is written HH:MM, from 00:00 to 23:59.')).toBeVisible();
  await from.fill('9:30');
  await from.press('Enter');
  await expect(from).toHaveValue('09:30');
  await page.getByRole('textbox', { name: 'Rejected records' }).fill('30');
  await page.keyboard.press('Tab');

  const ca = page.getByRole('textbox', { name: /^Extra CA certificates/ });
  await ca.fill('/nowhere/ca.pem');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page.getByText('The CA file /nowhere/ca.pem does not exist.')).toBeVisible();
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(ca).toHaveValue('');

  await page.reload();
  await shell.go('settings');
  await expect(page.getByRole('switch', { name: 'Quiet hours' })).toBeChecked();
  await expect(from).toHaveValue('09:30');
  await expect(page.getByRole('textbox', { name: 'Rejected records' })).toHaveValue('30 days');
});

test('a clean-up says what it did', async ({ sluice: page }) => {
  await new Shell(page).go('settings');
  await page.getByRole('button', { name: 'Clean up now' }).click();
  await expect(page.getByText(/^Clean-up done: 0 texts removed/)).toBeVisible({ timeout: 20_000 });
});
