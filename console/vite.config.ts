// The console as static files that the brain serves; nothing in them asks anybody else for anything.
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [svelte()],
  build: { outDir: "../src/suanwang/api/static", emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { proxy: { "/v1": { target: process.env.SUAN_URL ?? "http://127.0.0.1:7420", secure: false } } },
});
