// Headless Chromium with WebGPU on SwiftShader, which runs on the CPU.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const ELSEWHERE = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ...[process.env.ProgramFiles, process.env['ProgramFiles(x86)'], process.env.LOCALAPPDATA]
    .filter(Boolean)
    .map((folder) => path.join(folder, 'Google/Chrome/Application/chrome.exe')),
];

const ARGS = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--no-sandbox',
  '--no-first-run',
  '--disable-quic',
  '--disable-sync',
  '--disable-background-networking',
  '--disable-component-update',
];

/** Where Chromium is: `KINGLET_CHROMIUM`, or the first that is found. */
export function executable() {
  const folders = (process.env.PATH ?? '').split(path.delimiter).concat('/usr/bin');
  const candidates = folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name)));
  const found = process.env.KINGLET_CHROMIUM || [...candidates, ...ELSEWHERE].find((file) => existsSync(file));
  if (!found) throw new Error('no Chromium was found; install it, or name it in KINGLET_CHROMIUM');
  return found;
}

/** Starts the browser. */
export function launch() {
  return chromium.launch({ executablePath: executable(), headless: true, args: ARGS });
}

/** Opens a page. `problems` collects what goes wrong on it: errors on its console, and in its scripts and workers. */
export async function open(browser, url) {
  const page = await browser.newPage();
  const problems = [];
  page.on('console', (message) => {
    // A file that need not exist is asked for and not there.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('crash', () => problems.push('the page crashed'));
  await page.goto(url);
  return { page, problems };
}
