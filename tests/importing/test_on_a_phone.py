"""From a file to an order: what is imported reaches a rep's phone, and a customer found by street orders."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from api.composition import REGISTRY
from api.importing.accounts import Options, import_accounts
from domain.orders.models import Order
from mobile_client import Client, HttpTransport, OrderLine, actions
from tests.importing.real_data import DATA, needs_real_data
from tests.support.company import PASSWORD, Company


@needs_real_data
def test_a_rep_finds_an_imported_customer_by_street_and_takes_an_order(company: Company, address: str, tmp_path: Path):
    company.product()
    for file in ("liechtenstein_outlets.csv", "liechtenstein_addresses.csv"):
        with company.session() as session:
            import_accounts(
                session,
                registry=REGISTRY,
                data=(DATA / file).read_bytes(),
                options=Options(
                    territory="Vaduz", name_template="{kind} {street} {housenumber}" if "outlets" in file else None
                ),
            )
    phone = Client(path=tmp_path / "phone.sqlite", transport=HttpTransport(address))
    phone.sign_in(email=company.rep.email, password=PASSWORD, organisation=company.slug)
    phone.sync()
    assert len(phone.list_documents(entity="account")) == 184 + 938

    [site] = [
        site
        for site in phone.list_documents(entity="site")
        if site["address"]["street"] == "Städtle" and site["address"]["house_number"] == "32"
    ]
    account = phone.find_document(entity="account", id=site["account_id"])
    assert account is not None
    assert account["name"] == "Museum Städtle 32"
    [product] = phone.list_documents(entity="product")
    [price_list] = phone.list_documents(entity="price_list")
    [price] = phone.list_documents(entity="price")
    order_id = phone.new_id()
    line = OrderLine(id=phone.new_id(), product=product, quantity=3, unit_price_minor=price["amount_minor"])
    phone.do(
        actions.place_order(
            id=order_id,
            account_id=account["id"],
            site_id=site["id"],
            price_list=price_list,
            lines=[line],
            placed_by_id=str(company.rep.id),
            at=datetime.now(UTC),
        )
    )
    phone.sync()
    order = phone.find_document(entity="order", id=order_id)
    phone.close()
    assert order is not None
    assert (order["number"], order["total_minor"]) == ("SO-100001", 3 * 2_450)
    with company.session() as session:
        assert session.scalar(select(func.count()).select_from(Order).where(Order.org_id == company.org_id)) == 1
