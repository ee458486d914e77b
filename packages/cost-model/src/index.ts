export const packageName = '@sepconv/cost-model';
