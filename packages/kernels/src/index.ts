export const packageName = '@sepconv/kernels';
