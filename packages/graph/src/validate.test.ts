import { zeros } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from './builder.js';
import { GraphError } from './errors.js';
import { validateNetwork } from './validate.js';

function graph() {
  const builder = new GraphBuilder('g');
  const x = builder.input('x', [1, 4]);
  return builder.build([builder.node('add', [x, builder.parameter('p', [4], 'constant')], {})]);
}

describe('validateNetwork', () => {
  it('gives the types when graph and weights agree; further weights do not matter', () => {
    const weights = new Map([
      ['p', zeros('float32', [4])],
      ['other', zeros('float32', [1])],
    ]);
    expect([...validateNetwork({ graph: graph(), weights }).keys()]).toEqual(['x', 'p', 'add']);
  });

  it('names the weight and both shapes or types', () => {
    expect(() => validateNetwork({ graph: graph(), weights: new Map() })).toThrow(GraphError);
    expect(() => validateNetwork({ graph: graph(), weights: new Map() })).toThrow(
      'the network "g" needs the weight "p" of 4, which is missing',
    );
    expect(() =>
      validateNetwork({ graph: graph(), weights: new Map([['p', zeros('float32', [5])]]) }),
    ).toThrow('the weight "p" must be float32 4, but is float32 5');
    expect(() => validateNetwork({ graph: graph(), weights: new Map([['p', zeros('int8', [4])]]) })).toThrow(
      'but is int8 4',
    );
  });
});
