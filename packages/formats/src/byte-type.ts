/** Types of the integers that quantized networks store weights and values in. */
export type ByteType = 'int8' | 'uint8';

/** Whether a type, as files and graphs name it, is one of them. */
export const isByteType = (type: string | undefined): type is ByteType => type === 'int8' || type === 'uint8';
