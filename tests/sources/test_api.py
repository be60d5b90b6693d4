"""What errors may tell of an instance: its address, never its token."""

from __future__ import annotations

import pytest

from flowmart.http.limits import Limits
from flowmart.sources.api import Api
from flowmart.sources.base import SourceConnection


def api(base_url="https://tracker.example.org", token="secret", **more):
    return Api(SourceConnection(base_url, token, **more), "acme", "v3")


def test_a_place_is_named_by_instance_host_and_endpoint():
    assert api().where("issues/_search") == "acme: tracker.example.org issues/_search"
    assert api().connection_name == "the connection flowmart_acme"


def test_credentials_in_the_address_are_not_part_of_a_place():
    place = api("https://somebody:secret@tracker.example.org:8443").where("myself")

    assert place == "acme: tracker.example.org:8443 myself"


def test_the_token_is_taken_out_of_a_servers_words():
    assert api().without_token("secret is not secret") == "(token) is not (token)"


def test_without_a_token_words_stay_as_they_are():
    assert api(token="").without_token("No token") == "No token"


@pytest.mark.parametrize("base_url", ["https://a.example.org/up", "https://a.example.org/up/"])
def test_the_path_of_the_api_follows_that_of_the_host(base_url):
    assert api(base_url)._client.base_url == "https://a.example.org/up/v3"


def test_as_many_requests_go_at_once_as_the_instance_allows():
    assert api(limits=Limits(concurrency=3)).concurrency == 3
