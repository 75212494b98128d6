import { expect, it } from "vitest";
import type { Account, Site } from "../../db/types.ts";
import { type DirectoryEntry, fold, isPlaceless, searchDirectory, shownSite } from "./directory.ts";

function entry(name: string, ...places: string[]): DirectoryEntry {
  const folded = places.map(fold);
  return {
    account: { name } as Account,
    sites: places.map((place) => ({ name: place }) as Site),
    haystack: [fold(name), ...folded].join("\n"),
    places: folded,
  };
}

const sun = entry("Gasthof Sonne", "Landstrasse 4, 9494 Schaan", "Städtle 9, 9490 Vaduz");
const lion = entry("Löwen Bar", "Landstrasse 80, 9495 Triesen");

it("finds by every word, wherever it stands", () => {
  expect(searchDirectory([sun, lion], "landstr triesen")).toEqual([lion]);
  expect(searchDirectory([sun, lion], "sonne vaduz")).toEqual([sun]);
});

it("does not mind accents or case", () => {
  expect(searchDirectory([sun, lion], "LOWEN")).toEqual([lion]);
  expect(searchDirectory([sun, lion], "stadtle")).toEqual([sun]);
});

it("shows everybody without a query", () => {
  expect(searchDirectory([sun, lion], "  ")).toHaveLength(2);
});

it("shows the site that was searched for", () => {
  expect(shownSite(sun, "städtle")?.name).toBe("Städtle 9, 9490 Vaduz");
  expect(shownSite(sun, "sonne")?.name).toBe("Landstrasse 4, 9494 Schaan");
});

it("finds customers with a site that no map shows", () => {
  const placed = { name: "Shop", position: { lat: 47, lng: 9, accuracy_m: null } } as Site;
  const placeless = { name: "Store", position: null } as Site;
  const of = (status: Account["status"], ...sites: Site[]) => ({ ...sun, account: { status } as Account, sites });
  expect(isPlaceless(of("active", placed, placeless))).toBe(true);
  expect(isPlaceless(of("active", placed))).toBe(false);
  expect(isPlaceless(of("inactive", placeless))).toBe(false);
  expect(shownSite(of("active", placed, placeless), "", true)).toBe(placeless);
});
