import type { Database } from "../../db/database.ts";
import { listDocuments } from "../../db/documents.ts";
import type { Id, Product } from "../../db/types.ts";
import { newId } from "../../rules/ids.ts";
import { fold } from "../accounts/directory.ts";

/** A part that the technician has used. */
export interface DraftPart {
  id: Id;
  product_id: Id;
  name: string;
  sku: string;
  /** A whole number above zero. */
  quantity: number;
}

/** Every part in the catalogue by name, withdrawn ones too: the van may still carry one. */
export async function readParts(db: Database): Promise<Product[]> {
  const products = await listDocuments(db, "product", { kind: "part" });
  return products.sort((a, b) => a.name.localeCompare(b.name));
}

export function searchParts(parts: readonly Product[], query: string): Product[] {
  const words = fold(query).split(/\s+/).filter(Boolean);
  return parts.filter((part) => words.every((word) => fold(`${part.name} ${part.sku}`).includes(word)));
}

/** The list with `quantity` of a part; zero takes it out. */
export function withPart(
  parts: readonly DraftPart[],
  product: Pick<Product, "id" | "name" | "sku">,
  quantity: number,
): DraftPart[] {
  if (quantity < 1) return parts.filter((part) => part.product_id !== product.id);
  if (parts.some((part) => part.product_id === product.id)) {
    return parts.map((part) => (part.product_id === product.id ? { ...part, quantity } : part));
  }
  return [...parts, { id: newId(), product_id: product.id, name: product.name, sku: product.sku, quantity }];
}
