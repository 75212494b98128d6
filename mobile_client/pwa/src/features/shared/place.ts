import type { Address, Site } from "../../db/types.ts";

/** `Städtle 12, 9490 Vaduz`; parts that are not known are left out. */
export function formatAddress({ street, house_number, postcode, city }: Address): string {
  const line = [street, house_number].filter(Boolean).join(" ");
  const place = [postcode, city].filter(Boolean).join(" ");
  return [line, place].filter(Boolean).join(", ");
}

/** A link that opens the phone's navigation to a site, or null if nobody knows where it is. */
export function navigationLink(site: Site): string | null {
  const address = formatAddress(site.address);
  if (!site.position && address === "") return null;
  const destination = site.position ? `${site.position.lat},${site.position.lng}` : address;
  // iOS knows no geo: links; both of these open the installed maps app.
  if (/iPhone|iPad|Macintosh/.test(navigator.userAgent)) return `maps://?daddr=${encodeURIComponent(destination)}`;
  if (/Android/.test(navigator.userAgent)) {
    return `geo:${site.position ? destination : "0,0"}?q=${encodeURIComponent(site.position ? destination : address)}`;
  }
  return `https://www.openstreetmap.org/directions?to=${encodeURIComponent(destination)}`;
}
