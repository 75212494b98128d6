export default function RejectionsPage() {
  return null;
}
