import { collect } from "./collect.ts";

/** What every other screen says. */
export const texts = collect(
  import.meta.glob(["./en/*.json", "!./en/{common,ui,today,visit-states,job-states}.json"], {
    eager: true,
    import: "default",
  }),
);
