/** The programs of one optimizer: its update, and the pre-step that writes the interim point where it has one. */

import { OptionError } from '../base/errors.ts';
import { type Expression, element, input, mul } from './expression.ts';
import { type FusedProgram, fuse, loadsOf } from './fuse.ts';
import { definitionOf, type Optimizer } from './rule.ts';

export interface OptimizerPrograms {
  /** Slots that are kept under the choices made, and the value each starts from. */
  readonly slots: Readonly<Record<string, number>>;
  /** Reads `theta`, `gradient` and slots, writes `theta` and slots. */
  readonly update: FusedProgram;
  /** Reads `theta` and slots, writes `interim`. */
  readonly interim: FusedProgram | undefined;
}

/**
 * Writes the rule out over symbols and fuses it. The tape's inputs are the hyper-parameters, `step`, and `gradientScale`,
 * by which every gradient is multiplied on the way in (clipping).
 */
export function programsOf(optimizer: Optimizer): OptimizerPrograms {
  const definition = definitionOf(optimizer);
  const place = `rule ${definition.name}`;
  const values: Record<string, Expression> = {
    theta: element('theta'),
    g: mul(input('gradientScale'), element('gradient')),
    step: input('step'),
  };
  for (const name of Object.keys(definition.slots)) values[name] = element(name);
  for (const name of Object.keys(definition.hyper)) values[name] = input(name);
  const choices = Object.fromEntries(
    Object.keys(definition.choices).map((name) => [name, optimizer[name] as string | boolean]),
  );
  const outputs = definition.update(values, choices);
  const slots = Object.fromEntries(Object.entries(definition.slots).filter(([name]) => outputs[name] !== undefined));
  const unknown = Object.keys(outputs).find((name) => name !== 'theta' && definition.slots[name] === undefined);
  if (unknown !== undefined || outputs.theta === undefined) {
    throw new OptionError('rule/outputs', `the update returns ${Object.keys(outputs).join(', ')}`, {
      place,
      mend: `Return theta, and of the slots those that are kept: ${Object.keys(definition.slots).join(', ') || 'none'}.`,
    });
  }
  const update = fuse(place, outputs);
  const interim = definition.interim && fuse(place, { interim: definition.interim(values, choices) });
  const readable = new Set(['theta', 'gradient', ...Object.keys(slots)]);
  for (const [program, regions] of [
    [update, readable],
    [interim, new Set([...readable].filter((name) => name !== 'gradient'))],
  ] as const) {
    const lost = program && loadsOf(program).find((region) => !regions.has(region));
    if (lost !== undefined) {
      throw new OptionError('rule/outputs', `${lost} is read where it is not kept`, {
        place,
        mend: 'Return every slot that is read; an interim point has no gradient yet.',
      });
    }
  }
  return { slots, update, interim };
}
