import { collect } from "./collect.ts";

export const texts = collect(import.meta.glob("./en/*.json", { eager: true, import: "default" }));
