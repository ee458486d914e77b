export const packageName = '@sepconv/reference';
