import { describe, expect, it } from 'vitest';
import { defaultCacheFolder } from './cache-folder.node.ts';

describe('defaultCacheFolder', () => {
  it('follows the custom of each system', () => {
    const home = '/home/ada';
    const linux = (environment: Record<string, string>) => defaultCacheFolder({ platform: 'linux', home, environment });
    expect(linux({})).toBe('/home/ada/.cache/dolina');
    expect(linux({ XDG_CACHE_HOME: '/var/cache/ada' })).toBe('/var/cache/ada/dolina');
    expect(linux({ XDG_CACHE_HOME: 'relative' })).toBe('/home/ada/.cache/dolina');
    expect(defaultCacheFolder({ platform: 'darwin', home: '/Users/ada', environment: {} })).toBe(
      '/Users/ada/Library/Caches/dolina',
    );
    const windows = { platform: 'win32', home: 'C:\\Users\\ada' } as const;
    expect(defaultCacheFolder({ ...windows, environment: {} })).toBe('C:\\Users\\ada\\AppData\\Local\\dolina\\cache');
    expect(defaultCacheFolder({ ...windows, environment: { LOCALAPPDATA: 'D:\\Local' } })).toBe(
      'D:\\Local\\dolina\\cache',
    );
  });
});
