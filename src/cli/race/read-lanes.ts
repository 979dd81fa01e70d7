/** `--optimizers 'sgd,momentum:momentum=0.99,adam:beta2=0.95'`: the lanes of a race as text. */

import { OptionError } from '../../base/errors.ts';
import type { LaneOptions } from '../../train/race/lane.ts';

const option = '--optimizers';

/** The parts of `text` between separators; those inside brackets or quotes do not count, as schedules are JSON. */
function parts(text: string, separator: string): string[] {
  const found = [''];
  let depth = 0;
  let quoted = false;
  for (const letter of text) {
    if (letter === '"') quoted = !quoted;
    if (!quoted && '{['.includes(letter)) depth++;
    if (!quoted && '}]'.includes(letter)) depth--;
    if (letter === separator && depth === 0 && !quoted) found.push('');
    else found.push(found.pop()! + letter);
  }
  return found.map((part) => part.trim());
}

function setting(text: string, lane: string): readonly [string, unknown] {
  const equals = text.indexOf('=');
  if (equals <= 0) {
    throw new OptionError('option/form', `"${text}" is no setting of "${lane}"`, {
      place: option,
      mend: 'Write optimizer:name=value:name=value, such as momentum:momentum=0.99.',
    });
  }
  const value = text.slice(equals + 1).trim();
  // JSON has no leading "+" or "." or trailing ".", and people write ".5".
  if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value)) return [text.slice(0, equals).trim(), Number(value)];
  try {
    return [text.slice(0, equals).trim(), JSON.parse(value)];
  } catch {
    return [text.slice(0, equals).trim(), value];
  }
}

/** Reads lanes; `race` checks their names and settings. */
export function readLaneTexts(text: string): LaneOptions[] {
  return parts(text, ',').map((lane) => {
    const [optimizer = '', ...settings] = parts(lane, ':');
    if (optimizer === '') {
      throw new OptionError('option/form', `a name is missing in "${text}"`, {
        place: option,
        mend: 'Write names with commas between them: sgd,momentum,adam.',
      });
    }
    return { optimizer, ...Object.fromEntries(settings.map((one) => setting(one, optimizer))) } as LaneOptions;
  });
}
