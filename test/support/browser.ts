import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** `CHROMIUM`, or where distributions put it. */
const PROGRAM = [
  process.env['CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((file) => existsSync(file));

/** The reason to give to `skip` for a test that needs a browser, or false when there is one. */
export const skipWithoutBrowser: string | false =
  PROGRAM === undefined ? 'no Chromium on this machine: install it, or set CHROMIUM to its path' : false;

/** A real browser without a window, that talks to nobody by itself. */
export async function openBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: PROGRAM ?? '',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
