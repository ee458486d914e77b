export const packageName = '@sepconv/conformance';
