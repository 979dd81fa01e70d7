/**
 * Runs a module in headless Chromium and gives back what it computed. The entry's default export is an async function
 * from JSON to JSON; it is bundled, served, by default with the headers that wasm threads need, and called in a fresh page. An
 * error, a rejection, or a warning or error on the console fails the run.
 */

import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { bundle } from './bundle.ts';
import { serve } from './serve.ts';

/** Debian's. The tests that need a browser are skipped where it is missing. */
export const chromiumPath = '/usr/bin/chromium';

export const chromiumMissing: string | undefined = existsSync(chromiumPath)
  ? undefined
  : `${chromiumPath} is not installed`;

export interface BrowserRun {
  /** Path of the entry module. */
  readonly entry: string;
  /** JSON handed to the entry's function. */
  readonly input?: unknown;
  /** Whether the page is served with the headers that shared memory needs. Default true. */
  readonly isolated?: boolean;
  /** Milliseconds until the run is given up; default 120 000. */
  readonly timeout?: number;
}

const page = '<!doctype html><meta charset="utf-8"><title>test</title>';

export async function runInBrowser<Result>(options: BrowserRun): Promise<Result> {
  const { entry, input = null, isolated = true, timeout = 120_000 } = options;
  const server = await serve({ '/': { body: page, type: 'text/html' }, ...(await bundle(entry)) }, { isolated });
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    headless: true,
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
  try {
    const tab = await browser.newPage();
    const said: string[] = [];
    tab.on('pageerror', (error) => said.push(String(error)));
    tab.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) said.push(`console: ${message.text()}`);
    });
    await tab.goto(server.url);
    // As text: a test runner rewrites the imports of functions.
    const run = tab.evaluate(`import('/entry.js').then((entry) => entry.default(${JSON.stringify(input)}))`);
    const result = await withTimeout(run, timeout, () => said.join('\n'));
    if (said.length > 0) throw new Error(`the page said:\n${said.join('\n')}`);
    return result as Result;
  } finally {
    await browser.close();
    await server.close();
  }
}

function withTimeout<T>(work: Promise<T>, timeout: number, said: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing after ${timeout} ms. ${said()}`)), timeout);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
