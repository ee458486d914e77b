import { TensorError } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from './builder.js';
import { GraphError, ShapeError } from './errors.js';

describe('GraphBuilder', () => {
  it('builds plain data in the order of the calls', () => {
    const builder = new GraphBuilder('tiny');
    const image = builder.input('image', [1, 4, 4, 3]);
    const weight = builder.parameter('w', [1, 1, 3, 2], 'weight');
    const features = builder.node('pointwise-conv2d', [image, weight], {}, 'conv');
    const graph = builder.build([builder.node('relu', [features], {})]);
    expect(graph).toEqual({
      name: 'tiny',
      inputs: [{ name: 'image', shape: [1, 4, 4, 3], dtype: 'float32' }],
      parameters: [{ name: 'w', shape: [1, 1, 3, 2], dtype: 'float32', role: 'weight' }],
      nodes: [
        { name: 'conv', op: 'pointwise-conv2d', inputs: ['image', 'w'], outputs: ['conv'], attributes: {} },
        { name: 'relu', op: 'relu', inputs: ['conv'], outputs: ['relu'], attributes: {} },
      ],
      outputs: ['relu'],
    });
    expect(JSON.parse(JSON.stringify(graph))).toEqual(graph);
  });

  it('knows which node computes a value', () => {
    const builder = new GraphBuilder('g');
    const value = builder.node('relu', [builder.input('x', [1])], {}, 'y');
    expect(builder.producerOf(value)).toMatchObject({ name: 'y', op: 'relu', inputs: ['x'] });
    expect(builder.producerOf('x')).toBeUndefined();
  });

  it('knows the type of what it has', () => {
    const builder = new GraphBuilder('g');
    builder.input('x', [1, 4, 5, 3], 'int8');
    expect(builder.typeOf('x')).toEqual({ shape: [1, 4, 5, 3], dtype: 'int8' });
    expect(builder.imageShapeOf('x')).toEqual([1, 4, 5, 3]);
    builder.input('v', [7]);
    expect(() => builder.imageShapeOf('v')).toThrow('"v" must be an image [N, H, W, C], but is 7');
    expect(() => builder.typeOf('y')).toThrow('"y" is not a value of the graph "g" yet');
  });

  it('numbers nodes that are given no name, around names that are taken', () => {
    const builder = new GraphBuilder('g');
    const x = builder.input('x', [1]);
    builder.node('relu', [x], {}, 'relu_1');
    expect(['', '', ''].map(() => builder.node('relu', [x], {}))).toEqual(['relu', 'relu_2', 'relu_3']);
    expect(builder.uniqueName('x')).toBe('x_1');
  });

  it('refuses a mistake where it is made', () => {
    const builder = new GraphBuilder('g');
    const x = builder.input('x', [1, 4]);
    expect(() => builder.input('x', [2])).toThrow('the graph "g" has a value "x" already');
    expect(() => builder.parameter('x', [2], 'bias')).toThrow(GraphError);
    expect(() => builder.node('relu', [x], {}, 'x')).toThrow('has a value "x" already');
    expect(() => builder.node('relu', ['y'], {})).toThrow('"y" is not a value');
    expect(() => builder.node('softmax', [x], { axis: 2 })).toThrow(ShapeError);
    expect(() => builder.input('z', [1, 0])).toThrow(TensorError);
    expect(() => builder.input('z', [1, 0])).toThrow('the shape of the input "z" is 1×0');
    expect(() => builder.build(['y'])).toThrow('the output "y" is not defined');
  });

  it('refuses a node whose result would be empty', () => {
    const builder = new GraphBuilder('g');
    const x = builder.input('x', [1, 4]);
    const weight = builder.parameter('w', [4, 0], 'weight');
    expect(() => builder.node('dense', [x, weight], {})).toThrow(
      'dense "dense": the shape of its output is 1×0, but dimension 1 must be an integer of at least 1, not 0',
    );
  });

  it('does not let a shape change after the call', () => {
    const builder = new GraphBuilder('g');
    const shape = [1, 4];
    builder.input('x', shape);
    shape[1] = 5;
    expect(builder.build([]).inputs[0]?.shape).toEqual([1, 4]);
    expect(builder.typeOf('x').shape).toEqual([1, 4]);
  });
});
