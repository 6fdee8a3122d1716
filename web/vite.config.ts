import { defineConfig } from 'vite';

// The library, `dist/kinglet.js`, and the demo page beside it. Paths are relative: both work in any folder.
export default defineConfig({
  base: './',
  // A file that is not there is a 404, not the page.
  appType: 'mpa',
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    rollupOptions: {
      input: { kinglet: 'src/index.ts', demo: 'index.html' },
      preserveEntrySignatures: 'exports-only',
      output: { entryFileNames: ({ name }) => (name === 'kinglet' ? 'kinglet.js' : 'assets/[name]-[hash].js') },
    },
  },
  worker: { format: 'es' },
});
