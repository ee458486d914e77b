/** @file All pages of the site, for the files that list them. */
import { getCollection } from 'astro:content';
import type { Language } from './frame.js';
import { placeOf } from './site.js';

/** A page of the site. */
export interface SitePage {
  readonly language: Language;
  readonly path: string;
  readonly title: string;
  readonly about: string;
}

/** Every page that has a text of its own. */
export async function allPages(): Promise<SitePage[]> {
  // What the collection holds is known to Astro's build alone.
  const entries: readonly { id: string; data: { title: string; description?: string } }[] =
    await getCollection('docs');
  return entries.map(({ id, data: { title, description: about = '' } }) => ({
    ...placeOf(id),
    title,
    about,
  }));
}
