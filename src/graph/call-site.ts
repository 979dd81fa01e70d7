/** Where the user called us from, for error messages: the first frame of the stack outside Dolina's own folder. */

/** `…/src/` or `…/dist/`, as a path with forward slashes. */
const own = plainPath(new URL('..', import.meta.url).href);

/** `model.ts:12:7` with its folder, or `undefined` where the stack does not tell (a bundle, another engine). */
export function callSite(): string | undefined {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 60; // A model's layers nest deeper than the usual ten frames.
  const stack = new Error().stack ?? '';
  Error.stackTraceLimit = limit;
  return firstForeignFrame(stack, own);
}

/** The first place in a stack trace (of V8, Firefox or Safari) that is in no file under `root`. */
export function firstForeignFrame(stack: string, root: string): string | undefined {
  for (const line of stack.split('\n')) {
    const place = /((?:file:\/\/|[a-z]+:\/\/|[A-Za-z]:[\\/]|\/)[^()@]*:\d+:\d+)\)?$/.exec(line.trim())?.[1];
    if (place === undefined) continue;
    const path = plainPath(place);
    if (!path.startsWith(root)) return path;
  }
  return undefined;
}

function plainPath(location: string): string {
  return decodeURI(location)
    .replaceAll('\\', '/')
    .replace(/^file:\/\/(\/[A-Za-z]:)?/, (_, drive: string | undefined) => drive?.slice(1) ?? '');
}
