import type { Database } from "../../db/database.ts";
import { listDocuments } from "../../db/documents.ts";
import type { Id, OrderLine, PriceList, Product, ProductCategory } from "../../db/types.ts";
import { fold } from "../accounts/directory.ts";

export interface Offer {
  product: Product;
  /** In minor units of the price list's currency; null if the list has none. */
  price_minor: number | null;
  haystack: string;
}

export interface Catalogue {
  priceList: PriceList | null;
  /** Every product, withdrawn ones too: a line of an old draft may name one. */
  offers: Map<Id, Offer>;
  /** What may be ordered, by category and name. */
  orderable: Offer[];
  /** Those that have something to order, in the catalogue's order. */
  categories: ProductCategory[];
}

/** The catalogue at the prices of a price list, or else of the default one. */
export async function readCatalogue(db: Database, priceListId?: Id): Promise<Catalogue> {
  const [products, categories, priceLists] = await Promise.all([
    listDocuments(db, "product", {}),
    listDocuments(db, "product_category", {}),
    listDocuments(db, "price_list", {}),
  ]);
  const priceList =
    priceLists.find(({ id }) => id === priceListId) ??
    priceLists.find(({ is_default }) => is_default) ??
    priceLists[0] ??
    null;
  const prices = priceList ? await listDocuments(db, "price", { price_list_id: priceList.id }) : [];
  return buildCatalogue(
    products,
    categories,
    priceList,
    new Map(prices.map((price) => [price.product_id, price.amount_minor])),
  );
}

export function buildCatalogue(
  products: readonly Product[],
  categories: readonly ProductCategory[],
  priceList: PriceList | null,
  prices: ReadonlyMap<Id, number>,
): Catalogue {
  const ordered = [...categories].sort((a, b) => a.sort_order - b.sort_order || a.name.localeCompare(b.name));
  const rank = new Map(ordered.map(({ id }, index) => [id, index]));
  const offers = new Map(
    products.map((product) => [
      product.id,
      { product, price_minor: prices.get(product.id) ?? null, haystack: fold(`${product.name} ${product.sku}`) },
    ]),
  );
  const orderable = [...offers.values()]
    .filter(({ product, price_minor }) => product.status === "active" && price_minor !== null)
    .sort(
      ({ product: a }, { product: b }) =>
        (rank.get(a.category_id) ?? 0) - (rank.get(b.category_id) ?? 0) || a.name.localeCompare(b.name),
    );
  const inUse = new Set(orderable.map(({ product }) => product.category_id));
  return { priceList, offers, orderable, categories: ordered.filter(({ id }) => inUse.has(id)) };
}

/** The catalogue at the prices that a customer was quoted. */
export function atQuotedPrices(
  catalogue: Catalogue,
  lines: readonly Pick<OrderLine, "product_id" | "unit_price_minor">[],
): Catalogue {
  const quoted = new Map(lines.map(({ product_id, unit_price_minor }) => [product_id, unit_price_minor]));
  const priced = (offer: Offer) => ({ ...offer, price_minor: quoted.get(offer.product.id) ?? offer.price_minor });
  return {
    ...catalogue,
    offers: new Map([...catalogue.offers].map(([id, offer]) => [id, priced(offer)])),
    orderable: catalogue.orderable.map(priced),
  };
}

/** The offers that contain every word of the query, within a category unless it is null. */
export function searchOffers(offers: readonly Offer[], query: string, categoryId: Id | null): Offer[] {
  const words = fold(query).split(/\s+/).filter(Boolean);
  return offers.filter(
    ({ product, haystack }) =>
      (categoryId === null || product.category_id === categoryId) && words.every((word) => haystack.includes(word)),
  );
}
