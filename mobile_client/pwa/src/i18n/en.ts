import { collect } from "./collect.ts";

/** What the first screen says. */
export const texts = collect(
  import.meta.glob("./en/{common,ui,today,visit-states,job-states}.json", { eager: true, import: "default" }),
);
