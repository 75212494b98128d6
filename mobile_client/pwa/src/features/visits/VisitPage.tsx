export default function VisitPage({ id }: { id: string }) {
  return <h1>{id}</h1>;
}
