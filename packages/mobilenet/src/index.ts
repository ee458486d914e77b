export const packageName = '@sepconv/mobilenet';
