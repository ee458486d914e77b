#!/usr/bin/env node
console.log('sepconv: depthwise separable networks in TypeScript');
