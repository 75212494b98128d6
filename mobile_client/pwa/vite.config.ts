import react from "@vitejs/plugin-react";
import { VitePWA } from "vite-plugin-pwa";
import { defineConfig } from "vitest/config";
import app from "./package.json" with { type: "json" };

export default defineConfig({
  define: { __APP_VERSION__: JSON.stringify(app.version) },
  // The golden vectors, which pytest reads too, lie outside this folder.
  server: { fs: { allow: ["../.."] } },
  build: { manifest: true, sourcemap: true, target: "es2022" },
  plugins: [
    react(),
    VitePWA({
      strategies: "injectManifest",
      srcDir: "src",
      filename: "sw.ts",
      // A new version waits until the person agrees to reload: a half-filled form is never taken away.
      registerType: "prompt",
      injectRegister: false,
      injectManifest: { globPatterns: ["**/*.{js,mjs,css,html,svg,png,woff2}"] },
      manifest: {
        id: "/",
        name: "Fieldbook",
        short_name: "Fieldbook",
        description: "Field sales and field service that works without signal.",
        start_url: "/today",
        scope: "/",
        display: "standalone",
        background_color: "#f6f7f8",
        theme_color: "#f6f7f8",
        icons: [
          { src: "/icon-192.png", sizes: "192x192", type: "image/png" },
          { src: "/icon-512.png", sizes: "512x512", type: "image/png" },
          { src: "/icon-maskable-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
        ],
      },
    }),
  ],
  test: {
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/testing/setup.ts"],
    // A machine that is busy otherwise is slow, not wrong.
    testTimeout: 60_000,
  },
});
