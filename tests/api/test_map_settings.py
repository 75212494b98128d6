"""Where maps come from is the operator's decision, and the page may load them from nowhere else."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from api.settings import BadSetting, Settings
from tests.support.company import PASSWORD, Company


def sign_in(app: Flask, email: str) -> dict[str, object]:
    device = {"name": "A phone", "platform": "web"}
    answer = app.test_client().post("/api/v1/auth/login", json={"email": email, "password": PASSWORD, "device": device})
    assert answer.status_code == 200, answer.json
    return dict(answer.json)


def policy(app: Flask, folder: Path) -> str:
    (folder / "index.html").write_text("<!doctype html>")
    services = app.extensions["fieldbook"]
    app.extensions["fieldbook"] = replace(services, settings=replace(services.settings, pwa_dist=folder))
    try:
        with app.test_client().get("/today") as answer:
            return str(answer.headers["Content-Security-Policy"])
    finally:
        app.extensions["fieldbook"] = services


def test_without_a_style_nothing_is_loaded_from_elsewhere(app: Flask, company: Company, tmp_path: Path) -> None:
    assert sign_in(app, company.rep.email)["map_style_url"] is None
    assert "connect-src 'self';" in policy(app, tmp_path)


def test_the_origins_of_a_style(settings: Settings) -> None:
    given = {
        "FIELDBOOK_VAR": str(settings.var_dir),
        "MAP_STYLE_URL": "https://tiles.example.com/style.json?key=1",
        "MAP_ORIGINS": "https://a.example.com:8443 https://b.example.com/fonts/",
    }
    read = Settings.from_env(given)
    assert read.map_style_url == "https://tiles.example.com/style.json?key=1"
    assert read.map_origins == ["https://tiles.example.com", "https://a.example.com:8443", "https://b.example.com"]


@pytest.mark.parametrize("bad", ["tiles.example.com", "ftp://tiles.example.com", "https://a;script-src *"])
def test_an_address_that_is_none(settings: Settings, bad: str) -> None:
    with pytest.raises(BadSetting, match="MAP_STYLE_URL must look like"):
        Settings.from_env({"FIELDBOOK_VAR": str(settings.var_dir), "MAP_STYLE_URL": bad})
