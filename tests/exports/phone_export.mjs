// Encrypts what stands on standard input as the app does (src/sync/exportWork.ts): node phone_export.mjs <public JWK>
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const app = createRequire(new URL("../../mobile_client/pwa/package.json", import.meta.url));
const { CompactEncrypt, importJWK } = await import(pathToFileURL(app.resolve("jose")).href);
const key = JSON.parse(process.argv[2]);
process.stdout.write(
  await new CompactEncrypt(readFileSync(0))
    .setProtectedHeader({ alg: "ECDH-ES", enc: "A256GCM", kid: key.kid })
    .encrypt(await importJWK(key, "ECDH-ES")),
);
