import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { schemaFile, schemaText } from '../../scripts/experiment-schema.mjs';
import { sourceFiles } from '../../scripts/source-files.mjs';
import { experimentSchema } from '../../src/train/experiment/schema.ts';

const text = readFileSync(schemaFile, 'utf8');

it('experiment.schema.json is what the source gives: run "npm run schema" after a change', () => {
  expect(text === schemaText(experimentSchema(), sourceFiles('.'))).toBe(true);
});

it('the published schema is valid JSON Schema, and describes every kind of description and most options', () => {
  const schema = JSON.parse(text);
  new Ajv2020({ strict: true, strictRequired: false, strictTypes: false }).compile(schema);
  let [described, all] = [0, 0];
  for (const { anyOf } of Object.values<{ anyOf: { properties: object; description?: string }[] }>(schema.$defs)) {
    for (const { properties, description } of anyOf) {
      const parts = Object.entries<{ const?: unknown; description?: string }>(properties as never);
      if (parts.some(([, part]) => 'const' in part))
        expect(description, JSON.stringify(properties)).toMatch(/^\S.+\S$/);
      const options = parts.filter(([, part]) => !('const' in part));
      all += options.length;
      described += options.filter(([, part]) => part.description !== undefined).length;
    }
  }
  expect(described / all).toBeGreaterThan(0.6);
});
