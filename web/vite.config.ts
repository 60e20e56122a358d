import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const api = process.env["RUMBO_API"] ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react()],
  // MapLibre finds its worker beside its own module; pre-bundling would move the one away from the other.
  optimizeDeps: { exclude: ["maplibre-gl"] },
  build: {
    target: "es2023",
    // Fonts and icons stay files: the server's content policy allows no data: address but for images.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      output: {
        // Texts are told from code by their name: scripts/size.mjs counts those of one language.
        chunkFileNames: ({ moduleIds }) => {
          const [, language, part] = /\/i18n\/(en|es)\/(\w+)\.ts$/.exec(moduleIds[0] ?? "") ?? [];
          return language ? `assets/text-${language}-${part}-[hash].js` : "assets/[name]-[hash].js";
        },
      },
    },
  },
  server: {
    host: "127.0.0.1",
    port: 5173,
    proxy: {
      "/api": { target: api, ws: true, changeOrigin: true },
      "/tiles": { target: api },
    },
  },
});
