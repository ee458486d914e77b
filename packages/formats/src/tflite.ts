export const packageName = '@sepconv/formats';
