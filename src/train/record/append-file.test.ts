import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openAppendFile } from './append-file.node.ts';

const folder = mkdtempSync(join(tmpdir(), 'dolina-append-'));
afterAll(() => rmSync(folder, { recursive: true }));

/**
 * Has the system refuse what goes beyond so many bytes of a file, as a full disk does: the rest of a piece is not written.
 * Gives the limit that was; nothing where the system has no such program.
 */
function limitFileSize(bytes: string): string | undefined {
  const own = ['--pid', String(process.pid)];
  try {
    const was = execFileSync('prlimit', [...own, '--fsize', '--output=SOFT', '--noheadings'], { encoding: 'utf8' });
    execFileSync('prlimit', [...own, `--fsize=${bytes}:`]);
    return was.trim();
  } catch {
    return undefined;
  }
}

it('takes back the part of a piece that went onto a full disk, and goes on when there is room again', (context) => {
  const path = join(folder, 'full.log');
  const log = openAppendFile(path);
  log.append('a'.repeat(3000));
  const ignore = () => {};
  process.on('SIGXFSZ', ignore);
  let refused: unknown;
  const was = limitFileSize('4096');
  if (was === undefined) return context.skip('no prlimit here');
  try {
    log.append('b'.repeat(3000));
  } catch (error) {
    refused = error;
  } finally {
    limitFileSize(was);
    process.off('SIGXFSZ', ignore);
  }
  expect(refused).toMatchObject({ code: 'storage/write', message: expect.stringContaining(path) });
  expect(readFileSync(path, 'utf8')).toBe('a'.repeat(3000));
  log.append('c\n');
  expect(log.length()).toBe(3002);
  log.close();
  expect(readFileSync(path, 'utf8')).toBe(`${'a'.repeat(3000)}c\n`);
});

it('goes on at the end of a file that is there, and is closed twice without harm', () => {
  const path = join(folder, 'twice.log');
  for (const piece of ['one\n', 'two\n']) {
    const log = openAppendFile(path);
    log.append(piece);
    log.close();
    log.close();
  }
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
});
