import { collect } from "./collect.ts";

export const texts = collect(import.meta.glob("./de/*.json", { eager: true, import: "default" }));
