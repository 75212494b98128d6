import { type ComponentType, lazy } from "react";
import { moreTexts } from "./index.ts";

/** A screen, or a part of the first one, in a chunk of its own. It appears with its texts. */
export function lazyScreen<Props>(load: () => Promise<{ default: ComponentType<Props> }>) {
  return lazy(async () => (await Promise.all([load(), moreTexts()]))[0]);
}
