import { defineConfig } from 'vite';

// The demo page, in `site/`. It uses the package as it is published. Paths are relative: it works in any folder.
export default defineConfig({
  root: 'demo',
  base: './',
  // A file that is not there is a 404, not the page.
  appType: 'mpa',
  build: { outDir: '../site', emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0 },
  worker: { format: 'es' },
});
