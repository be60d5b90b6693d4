"""A contract that no warehouse could keep is named when it is read."""

from __future__ import annotations

import pytest
import yaml

from flowmart.core.errors import ConfigError
from flowmart.transform.contract_file import read_contracts
from tests.migrate.contracts import FLOWERS, PETALS

VIEW = FLOWERS.replace("publish: {by: flower_key}", "materialized: view")


def read(folder, *texts):
    models = [yaml.safe_load(text) for text in texts]
    (folder / "_models.yaml").write_text(yaml.safe_dump({"models": models}))
    return read_contracts(folder)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("key: [flower_key]", "key: [colour]", "has colour in its key, which may be null"),
        ("sort_by: [instance", "sort_by: [colour", "has colour in its sort_by, which may be null"),
    ],
)
@pytest.mark.parametrize("policy", ["{by: flower_key}", "upsert"])
def test_a_published_table_has_no_nulls_in_its_keys(tmp_path, old, new, what, policy):
    text = FLOWERS.replace("{by: flower_key}", policy).replace(old, new)
    with pytest.raises(ConfigError, match=f"fct_flowers {what}") as caught:
        read(tmp_path, text)
    assert caught.value.where == str(tmp_path / "_models.yaml")


def test_sums_and_what_is_not_published_may_have_nulls_in_their_keys(tmp_path):
    view = VIEW.replace("name: fct_flowers\n", "name: v_flowers\n")
    read(tmp_path, FLOWERS, PETALS, view.replace("key: [flower_key]", "key: [colour]"))


@pytest.mark.parametrize("length", [51, 52])
def test_the_tables_of_a_batch_have_names_that_postgres_keeps_whole(tmp_path, length):
    """A stage table is called <model>__ and ten digits; 63 characters are kept."""
    text = PETALS.replace("name: ops_petals\n", f"name: ops_{'p' * (length - 4)}\n")
    if length == 51:
        read(tmp_path, FLOWERS, text)
    else:
        with pytest.raises(ConfigError, match="at most 51 characters"):
            read(tmp_path, text)


@pytest.mark.parametrize("length", [63, 64])
def test_an_index_has_a_name_that_postgres_keeps_whole(tmp_path, length):
    text = FLOWERS.replace("fct_flowers__colour:", f"{'i' * length}:")
    if length == 63:
        read(tmp_path, text)
    else:
        with pytest.raises(ConfigError, match=r"fct_flowers\.indexes\.i.*at most 63 characters"):
            read(tmp_path, text)
