import { defineCollection } from 'astro:content';
import { docsLoader } from '@astrojs/starlight/loaders';
import { docsSchema } from '@astrojs/starlight/schema';
import { glob } from 'astro/loaders';

export const collections = {
  docs: defineCollection({ loader: docsLoader(), schema: docsSchema() }),
  /** What the next version changes: each with the packages that it is of. */
  changesets: defineCollection({
    loader: glob({ base: '../../.changeset', pattern: ['*.md', '!README.md'] }),
  }),
};
