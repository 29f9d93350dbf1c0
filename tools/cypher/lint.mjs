// Formats and lints Cypher files, and the runnable blocks of Browser guides.
//
//   node tools/cypher/lint.mjs [--fix] --schema FILE PATH...
//
// FILE is JSON as `python -m tools.cypher_schema` writes it: labels, relationshipTypes, propertyKeys,
// graphSchema (which label may stand at which end of which type). Each query is checked as Cypher 5
// and as Cypher 25. Parameters are those its header declares (`// params: ids list<string>, since int`).
// With --fix files are formatted in place; blocks of guides are only reported.
//
// Exit code 0: clean. 1: findings, one a line as file:line:column. 2: wrong usage.

import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import {
  allCypherVersions,
  formatQuery,
  lintCypherQuery,
  testData,
} from '@neo4j-cypher/language-support';

const EXTENSIONS = ['.cypher', '.html'];
const SCHEMA_KEYS = ['labels', 'relationshipTypes', 'propertyKeys', 'graphSchema'];
const BLOCK = /<pre class="[^"]*\brunnable\b[^"]*">([^]*?)<\/pre>/g;
const ENTITIES = { '&lt;': '<', '&gt;': '>', '&amp;': '&', '&quot;': '"', '&#39;': "'" };
const HEADER_FIELD = /^\/\/ *([a-z]+):/;
// The name before a type of the header: `ids list<string>`, a key of `rows list<map{src string}>`.
const DECLARED = /(\w+) +(?:list<|map\b|string\b|int\b|float\b|bool\b|datetime\b)/g;
const ADVICE = / is not present in the database\..*/;
const FIRST_HINT = 3; // severities: 1 error, 2 warning, 3 and 4 hints

function usage(problem) {
  console.error(problem);
  console.error('usage: node lint.mjs [--fix] --schema FILE PATH...');
  process.exit(2);
}

function options() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { fix: { type: 'boolean', default: false }, schema: { type: 'string' } },
    });
    if (!values.schema || positionals.length === 0) usage('a schema and a path are needed');
    return { fix: values.fix, schema: readSchema(values.schema), paths: positionals };
  } catch (error) {
    return usage(error.message);
  }
}

function readSchema(file) {
  const schema = JSON.parse(readFileSync(file, 'utf8'));
  const missing = SCHEMA_KEYS.filter((key) => !Array.isArray(schema[key]));
  if (missing.length > 0) usage(`${file} lacks the lists ${missing.join(', ')}`);
  return { ...schema, functions: builtIn('functions'), procedures: builtIn('procedures') };
}

// The package carries what a server of either version answers to SHOW FUNCTIONS and SHOW PROCEDURES,
// plug-ins included; queries here may use what every server has.
function builtIn(kind) {
  const plugin = /^(apoc|gds|genai)\./;
  return Object.fromEntries(
    allCypherVersions.map((version) => [
      version,
      Object.fromEntries(
        Object.entries(testData.mockSchema[kind][version]).filter(([name]) => !plugin.test(name)),
      ),
    ]),
  );
}

function filesUnder(path) {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inside = join(path, entry.name);
      if (entry.isDirectory()) return filesUnder(inside);
      return EXTENSIONS.some((extension) => entry.name.endsWith(extension)) ? [inside] : [];
    });
}

// The queries of a file, each with the number of lines before it.
function queriesOf(file, text) {
  if (!file.endsWith('.html')) return [{ query: text, before: 0 }];
  return [...text.matchAll(BLOCK)].map((block) => ({
    query: block[1].replace(/&(?:lt|gt|amp|quot|#39);/g, (entity) => ENTITIES[entity]),
    before: text.slice(0, block.index).split('\n').length - 1,
  }));
}

// What the header's field `params` declares: names of parameters and keys of their rows.
function declaredNames(query) {
  let field = '';
  let text = '';
  for (const line of query.split('\n')) {
    if (!line.startsWith('//')) break;
    field = line.match(HEADER_FIELD)?.[1] ?? field;
    if (field === 'params') text += ` ${line.replace(HEADER_FIELD, '').replace(/^\/\//, '')}`;
  }
  return [...text.matchAll(DECLARED)].map((found) => found[1]);
}

function findingsOf(query, schema) {
  const declared = declaredNames(query);
  const known = {
    ...schema,
    parameters: Object.fromEntries(declared.map((name) => [name, 0])),
    propertyKeys: [...schema.propertyKeys, ...declared],
  };
  const found = new Map();
  for (const version of allCypherVersions) {
    const { diagnostics } = lintCypherQuery(query, { ...known, defaultLanguage: version });
    for (const { range, severity, message } of diagnostics) {
      if (severity >= FIRST_HINT) continue;
      const text = message.replace(ADVICE, ' is not in the schema');
      const place = `${range.start.line}:${range.start.character}:${text}`;
      const same = found.get(place);
      if (same) same.versions.push(version);
      else found.set(place, { ...range.start, message: text, versions: [version] });
    }
  }
  return [...found.values()];
}

function check(file, { fix, schema }) {
  const text = readFileSync(file, 'utf8');
  const lines = [];
  for (const { query, before } of queriesOf(file, text)) {
    for (const { line, character, message, versions } of findingsOf(query, schema)) {
      const only = versions.length < allCypherVersions.length ? ` (${versions[0]})` : '';
      lines.push(`${file}:${before + line + 1}:${character + 1}: ${message}${only}`);
    }
    const formatted = formatQuery(query).formattedQuery;
    if (formatted === query) continue;
    if (fix && !file.endsWith('.html')) writeFileSync(file, formatted);
    else lines.push(`${file}:${before + firstDifference(query, formatted)}:1: not formatted`);
  }
  return lines;
}

function firstDifference(query, formatted) {
  const [have, want] = [query.split('\n'), formatted.split('\n')];
  const line = have.findIndex((one, index) => one !== want[index]);
  return line === -1 ? have.length : line + 1;
}

const chosen = options();
const findings = chosen.paths.flatMap(filesUnder).flatMap((file) => check(file, chosen));
findings.forEach((finding) => console.log(finding));
process.exit(findings.length > 0 ? 1 : 0);
