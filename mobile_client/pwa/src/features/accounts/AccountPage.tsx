export default function AccountPage({ id }: { id: string }) {
  return <h1>{id}</h1>;
}
