import pytest

from notifications.addresses import PushEndpointNotAllowed, require_public_endpoint


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc",
        "https://updates.push.services.mozilla.com/wpush/v2/abc",
        "https://web.push.apple.com:8443/abc",
        "https://[2606:4700::6810:84e5]/abc",
    ],
)
def test_a_public_https_address_is_accepted(endpoint: str):
    require_public_endpoint(endpoint, allow_loopback=False)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.com/abc",
        "ftp://push.example.com/abc",
        "https://user@push.example.com/abc",
        "https:///abc",
        "https://push.example.com:port/abc",
        "https://[::1/abc",
        "https://localhost/abc",
        "https://localhost./abc",
        "https://push.localhost/abc",
        "https://intranet/abc",
        "https://127.0.0.1/abc",
        "https://127.1/abc",
        "https://10.0.0.8/abc",
        "https://169.254.169.254/latest/meta-data",
        "https://192.168.1.1/abc",
        "https://100.64.0.1/abc",
        "https://0.0.0.0/abc",
        "https://224.0.0.1/abc",
        "https://2130706433/abc",
        "https://[::1]/abc",
        "https://[fd00::1]/abc",
        "https://[fe80::1]/abc",
        "https://[::ffff:10.0.0.8]/abc",
        "not an address",
        "https://push.example.com/" + "a" * 2_000,
    ],
)
def test_an_address_that_may_lead_into_our_network_is_refused(endpoint: str):
    with pytest.raises(PushEndpointNotAllowed):
        require_public_endpoint(endpoint, allow_loopback=False)


@pytest.mark.parametrize(
    "endpoint", ["http://127.0.0.1:9000/abc", "http://localhost:9000/abc", "https://[::1]:9000/abc"]
)
def test_this_machine_is_accepted_where_the_operator_allows_it(endpoint: str):
    require_public_endpoint(endpoint, allow_loopback=True)


@pytest.mark.parametrize("endpoint", ["http://10.0.0.8/abc", "https://192.168.1.1/abc", "http://push.example.com/abc"])
def test_allowing_this_machine_allows_no_other_private_address(endpoint: str):
    with pytest.raises(PushEndpointNotAllowed):
        require_public_endpoint(endpoint, allow_loopback=True)
