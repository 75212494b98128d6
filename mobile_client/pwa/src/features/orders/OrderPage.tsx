export default function OrderPage({ id }: { id: string }) {
  return <h1>{id}</h1>;
}
