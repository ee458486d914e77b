/** @file Everything may be read, and this is where the list of it is. */
import { fullAddress } from '../lib/site.js';

export const GET = (): Response =>
  new Response(`User-agent: *\nAllow: /\n\nSitemap: ${fullAddress('sitemap.xml')}\n`);
