export default function OrderFormPage() {
  return <h1>OrderFormPage</h1>;
}
