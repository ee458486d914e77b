// Keeps the architecture: dependencies go strictly downward, and the library runs without Node. Everything that is
// wrong is printed with what to do about it. The layers are those of CONTRIBUTING.md.

import { builtinModules } from 'node:module';
import { importsOf, isSource } from './lib/imports.mjs';
import { walk, workspacePackages } from './lib/workspace.mjs';

const layers = {
  '@sepconv/tensor': 0,
  '@sepconv/graph': 1,
  '@sepconv/conformance': 2,
  '@sepconv/reference': 3,
  '@sepconv/cost-model': 4,
  '@sepconv/mobilenet': 4,
  '@sepconv/kernels': 5,
  '@sepconv/formats': 5,
  '@sepconv/webgpu': 5,
  '@sepconv/decompose': 6,
  '@sepconv/train': 6,
  '@sepconv/vision': 6,
  '@sepconv/quantize': 7,
  '@sepconv/cli': 8,
  '@sepconv/docs': 8,
  '@sepconv/bench': 8,
  '@sepconv/integration': 8,
};

/** Published packages up to this layer bring nobody else's code with them. */
const lastLayerWithoutThirdParties = 3;

/** Packages that run in browsers too: Node's own modules only in *.node.ts, behind the `node` export condition. */
const portable = new Set(
  [
    'tensor',
    'graph',
    'reference',
    'cost-model',
    'mobilenet',
    'kernels',
    'formats',
    'webgpu',
    'decompose',
    'train',
    'vision',
    'quantize',
  ].map((name) => `@sepconv/${name}`),
);

/** What a published package may use at run time without depending on it, because its build puts it into its own files. */
const builtIn = { '@sepconv/cli': ['@sepconv/conformance'], '@sepconv/vision': ['pdfjs-dist'] };

const isTest = (path) => /\.(test|bench)\.ts$|\/src\/testing\//.test(path);
const isNodeOnly = (path) => /(\.|\/)node\.ts$/.test(path);
const isOurs = (name) => name.startsWith('@sepconv/');
const isBuiltin = (specifier) => specifier.startsWith('node:') || builtinModules.includes(specifier);

/** `@sepconv/formats/tflite` -> `@sepconv/formats`, `flatbuffers/js/x` -> `flatbuffers`. */
const packageOf = (specifier) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

const problems = [];
const report = (where, what, remedy) => problems.push(`${where}: ${what}\n    ${remedy}`);

function checkDependency(manifest, name, isRunTime) {
  const where = `${manifest.name}/package.json`;
  const layer = layers[manifest.name];
  if (!isOurs(name)) {
    const restricted = layer <= lastLayerWithoutThirdParties && !manifest.private;
    if (isRunTime && restricted) {
      report(
        where,
        `depends on ${name}, but layers 0 to ${lastLayerWithoutThirdParties} have no third-party dependency`,
        'Write the part you need, move the code to a higher layer, or make it a devDependency if only tests use it.',
      );
    }
    return;
  }
  if (layers[name] === undefined) {
    report(where, `depends on ${name}, which has no layer`, 'Give it one in scripts/check-layers.mjs.');
  } else if (layers[name] >= layer) {
    report(
      where,
      `is in layer ${layer} and depends on ${name} of layer ${layers[name]}`,
      'Dependencies (devDependencies too) go strictly downward: pass what you need in as data or a function, or move the code.',
    );
  }
}

function checkImport(manifest, path, specifier) {
  if (specifier.startsWith('.')) {
    if (
      portable.has(manifest.name) &&
      !isTest(path) &&
      !isNodeOnly(path) &&
      /(\.|\/)node(\.js|\.ts)?$/.test(specifier)
    ) {
      report(
        path,
        `imports ${specifier}`,
        'A file for every run time must not reach into one for Node only.',
      );
    }
    return;
  }
  if (isBuiltin(specifier)) {
    if (portable.has(manifest.name) && !isTest(path) && !isNodeOnly(path)) {
      report(
        path,
        `imports ${specifier}, but ${manifest.name} runs in browsers too`,
        'Move it to a *.node.ts file behind the "node" export condition, or take it as an argument.',
      );
    }
    return;
  }
  if (specifier.startsWith('#')) {
    if (!manifest.imports?.[specifier]) {
      report(path, `imports ${specifier}, which its package.json does not define`, 'Add it to "imports".');
    }
    return;
  }
  if (/^\w+:/.test(specifier)) return; // a module that a tool makes up, such as astro:content
  const name = packageOf(specifier);
  if (name === manifest.name) {
    report(path, `imports its own package ${specifier}`, 'Use a relative import.');
    return;
  }
  const declared = { ...manifest.dependencies, ...manifest.peerDependencies };
  const isBuiltIn = builtIn[manifest.name]?.includes(name) === true;
  if (isTest(path) || isBuiltIn) Object.assign(declared, manifest.devDependencies);
  const fromRoot = isTest(path) && name === 'vitest';
  if (!declared[name] && !fromRoot) {
    const field = isTest(path) ? 'devDependencies' : 'dependencies';
    report(
      path,
      `imports ${specifier}, which is not declared`,
      `Add "${name}" to ${field} of its package.json.`,
    );
  }
}

let files = 0;
for (const { folder, manifest } of workspacePackages()) {
  if (layers[manifest.name] === undefined) {
    report(
      `${folder}/package.json`,
      `${manifest.name} has no layer`,
      'Give it one in scripts/check-layers.mjs.',
    );
    continue;
  }
  for (const name of Object.keys(manifest.dependencies ?? {})) checkDependency(manifest, name, true);
  for (const name of Object.keys(manifest.devDependencies ?? {})) checkDependency(manifest, name, false);
  for (const path of [...walk(`${folder}/src`)].filter(isSource)) {
    files += 1;
    for (const specifier of importsOf(path)) checkImport(manifest, path, specifier);
  }
}

for (const problem of problems) console.error(problem);
if (problems.length > 0 || files === 0) {
  console.error(`\n${problems.length} problems with layers in ${files} files`);
  process.exitCode = 1;
} else {
  console.log(`${files} files, every import goes downward and is declared`);
}
