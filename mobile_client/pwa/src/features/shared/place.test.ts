import { expect, it } from "vitest";
import { distanceM } from "../../rules/travel.ts";
import { formatAddress } from "./place.ts";

it("writes an address as on an envelope", () => {
  const address = { street: "Städtle", house_number: "12", postcode: "9490", city: "Vaduz", country: "LI" };
  expect(formatAddress(address)).toBe("Städtle 12, 9490 Vaduz");
});

it("leaves out what is not known", () => {
  const address = { street: null, house_number: null, postcode: null, city: "Triesen", country: null };
  expect(formatAddress(address)).toBe("Triesen");
});

it("measures from Vaduz to Schaan", () => {
  const vaduz = { lat: 47.141, lng: 9.5209, accuracy_m: null };
  const schaan = { lat: 47.165, lng: 9.5087, accuracy_m: null };
  expect(Math.round(distanceM(vaduz, schaan) / 10)).toBe(282);
});
