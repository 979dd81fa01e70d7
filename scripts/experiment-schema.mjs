/**
 * Writes `experiment.schema.json`, which editors complete and check experiments by: the schema that the readers give, with
 * the docstrings of the source as descriptions. `npm run schema`; a test keeps the file and the source together.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createJiti } from 'jiti';
import { runsAsProgram } from './finding.mjs';
import { sourceFiles } from './source-files.mjs';

/** @typedef {import('./source-files.mjs').SourceFile} SourceFile @typedef {Record<string, any>} Schema */

export const schemaFile = 'experiment.schema.json';

/** The text of a docstring, without its stars. @param {string} comment */
function textOf(comment) {
  return comment
    .replace(/^\*/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .trim();
}

/** What a docstring says first: its first paragraph, on one line. @param {string} text */
function firstParagraph(text) {
  const [paragraph = ''] = text.split(/\n\s*\n|\n@/);
  return paragraph.replaceAll(/\s+/g, ' ').trim();
}

/** "- `a` …; `b` and `c` …": what the list of a docstring says of each option. @param {string} text */
function bulletsOf(text) {
  /** @type {Record<string, string>} */
  const said = {};
  for (const bullet of text.split(/\n- /).slice(1)) {
    const [item = ''] = bullet.split(/\n\s*\n|\n(?! )/);
    for (const part of item.replaceAll(/\s+/g, ' ').split(/; (?=`)/)) {
      const names = /^(`\w+`[^`]{0,12}(?:, | and ))*`\w+`/.exec(part)?.[0] ?? '';
      for (const [, name] of names.matchAll(/`(\w+)`/g)) said[String(name)] = part.replace(/[.;:]?$/, '.');
    }
  }
  return said;
}

/**
 * The docstrings of functions, constants and interfaces, and of the fields of interfaces: `dense`, `DenseOptions.bias`.
 * @param {readonly SourceFile[]} files
 */
function docstringsOf(files) {
  /** @type {Map<string, string>} */
  const docs = new Map();
  for (const file of files) {
    const before = (/** @type {number} */ start) => {
      const comment = file.comments.findLast(
        ({ type, value, end }) =>
          type === 'Block' && value.startsWith('*') && end <= start && file.text.slice(end, start).trim() === '',
      );
      return comment === undefined ? undefined : textOf(comment.value);
    };
    for (const statement of file.program.body) {
      if (statement.type !== 'ExportNamedDeclaration' || statement.declaration === null) continue;
      const { declaration } = statement;
      const text = before(statement.start) ?? '';
      if (declaration.type === 'FunctionDeclaration' && declaration.id !== null)
        docs.set(`${folderOf(file)}:${declaration.id.name}`, text);
      if (declaration.type === 'VariableDeclaration') {
        const { id } = /** @type {import('oxc-parser').VariableDeclarator} */ (declaration.declarations[0]);
        if (id.type === 'Identifier') docs.set(`${folderOf(file)}:${id.name}`, text);
      }
      if (declaration.type !== 'TSInterfaceDeclaration') continue;
      for (const member of declaration.body.body) {
        if (member.type !== 'TSPropertySignature' || member.key.type !== 'Identifier') continue;
        const own = before(member.start);
        if (own !== undefined) docs.set(`${declaration.id.name}.${member.key.name}`, own);
      }
      for (const { expression } of declaration.extends) {
        if (expression.type === 'Identifier') docs.set(`${declaration.id.name} extends`, expression.name);
      }
    }
  }
  return docs;
}

/** `nn/layer` of `src/nn/layer/dense.ts`: a name may be that of a schedule and of an initializer. @param {SourceFile} file */
const folderOf = (file) => file.path.split('/').slice(1, -1).join('/');

/** @type {Record<string, readonly string[]>} */
const folders = {
  layer: ['nn/layer'],
  initializer: ['nn/init'],
  loss: ['nn/loss'],
  metric: ['nn/metric'],
  optimizer: ['optim', 'optim/experimental'],
  schedule: ['optim/schedule'],
  clip: ['optim/clip'],
  averaging: ['optim/averaging'],
  augmentation: ['data/augmentation'],
  start: ['train/start'],
  stopping: ['train/stopping'],
  sampler: ['data'],
};

/** @type {Record<string, string>} */
const builders = { exponential: 'exponentialAverage', stochasticWeight: 'stochasticWeightAverage' };

/** Objects of the schema that an interface describes. @type {readonly (readonly [string, (schema: Schema) => Schema])[]} */
const interfaces = [
  ['Experiment', (schema) => schema],
  ['PublishedData', (schema) => schema.properties.data.anyOf[0]],
  ['CsvData', (schema) => schema.properties.data.anyOf[1]],
  ['TextData', (schema) => schema.properties.data.anyOf[2]],
  ['ImageFolderData', (schema) => schema.properties.data.anyOf[3]],
  ['InputScaling', (schema) => schema.properties.data.anyOf[0]],
  ['InputScaling', (schema) => schema.properties.data.anyOf[1]],
  ['InputScaling', (schema) => schema.properties.data.anyOf[3]],
  ['ImageFolderOptions', (schema) => schema.properties.data.anyOf[3]],
  ['CsvOptions', (schema) => schema.properties.data.anyOf[1]],
  ['Normalization', (schema) => schema.properties.data.anyOf[0].properties.normalization],
  ['HeldOut', (schema) => schema.properties.validation.anyOf[0]],
  ['ExperimentEngine', (schema) => schema.properties.engine],
  ['ParameterGroup', (schema) => schema.properties.groups.items],
  ['Penalty', (schema) => schema.properties.penalties.items],
  ['CheckpointPolicyOptions', (schema) => schema.properties.checkpoints],
  ['FreezeStatistics', (schema) => schema.properties.freezeStatistics],
];

/** A property with a description; one that it has stays. @param {Schema} holder @param {string} name @param {string | undefined} text */
function describe(holder, name, text) {
  const property = holder.properties?.[name];
  if (property === undefined || text === undefined || text === '' || property.description !== undefined) return;
  holder.properties[name] = { description: firstParagraph(text), ...property };
}

/**
 * The schema with descriptions.
 * @param {Schema} plain @param {readonly SourceFile[]} files @returns {Schema}
 */
export function describedSchema(plain, files) {
  const docs = docstringsOf(files.filter(({ path }) => !path.endsWith('.test.ts')));
  const schema = structuredClone(plain);
  for (const [name, find] of interfaces) {
    const holder = find(schema);
    for (const key of Object.keys(holder.properties)) describe(holder, key, docs.get(`${name}.${key}`));
  }
  for (const [sort, { anyOf }] of Object.entries(schema.$defs)) {
    for (const one of anyOf) {
      const constant = Object.values(one.properties).find((part) => 'const' in part)?.const;
      if (constant === undefined) continue;
      const builder = builders[constant] ?? constant;
      const text = (folders[sort] ?? []).map((folder) => docs.get(`${folder}:${builder}`)).find((found) => found);
      if (text === undefined) continue;
      one.description = firstParagraph(text);
      const said = bulletsOf(text);
      const type = `${builder[0].toUpperCase()}${builder.slice(1)}Options`;
      for (const key of Object.keys(one.properties)) {
        /** @type {string | undefined} */
        let owner = type;
        while (owner !== undefined && !docs.has(`${owner}.${key}`)) owner = docs.get(`${owner} extends`);
        if (sort === 'layer' && key === 'name') describe(one, key, docs.get('Layer.name'));
        describe(one, key, owner === undefined ? said[key] : docs.get(`${owner}.${key}`));
      }
    }
  }
  return schema;
}

/** The file as it is to be. @param {Schema} plain @param {readonly SourceFile[]} files */
export function schemaText(plain, files) {
  return `${JSON.stringify(describedSchema(plain, files), null, 1)}\n`;
}

if (runsAsProgram(import.meta.url)) {
  const root = process.cwd();
  const jiti = createJiti(import.meta.url, { fsCache: false });
  /** @type {{ experimentSchema: () => Schema }} */
  const { experimentSchema } = await jiti.import(join(root, 'src/train/experiment/schema.ts'));
  writeFileSync(join(root, schemaFile), schemaText(experimentSchema(), sourceFiles(root)));
}
