"""What the message of a product's telemetry means: ``products/<product>/product.yaml``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from flowmart.core.identifiers import ColumnName
from flowmart.core.yaml import load_yaml

if TYPE_CHECKING:
    from pathlib import Path

PRODUCT_FILE = "product.yaml"

MemberPath = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*([.][A-Za-z_][A-Za-z0-9_]*)*$")]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ComponentSpec(_Frozen):
    """
    The parts that an installation consists of.

    :param list: path of the list of them in a report.
    :param name: member with a component's name.
    :param version: member with its version.
    """

    list: MemberPath
    name: MemberPath = "name"
    version: MemberPath = "version"


class ProductSpec(_Frozen):
    """
    A product's message, as dotted paths into a report.

    :param name: the folder's name.
    :param title: the product's name for people.
    :param message: the message in the folder's ``.proto``.
    :param system: UUID of the installation.
    :param components: the parts that it consists of, if reports tell.
    :param database_version: its PostgreSQL as a whole number, if reports tell.
    :param services: name -> number of which days have averages.
    :param measures: name -> number of which days count how many systems have each.
    """

    name: str
    title: str
    message: str
    system: MemberPath
    components: ComponentSpec | None = None
    database_version: MemberPath | None = None
    services: dict[ColumnName, MemberPath] = Field(default_factory=dict)
    measures: dict[ColumnName, MemberPath] = Field(default_factory=dict)

    @property
    def numbers(self) -> dict[str, str]:
        """All numbers that reports tell, by name."""
        return {**self.services, **self.measures}


def load_products(folder: Path) -> dict[str, Any]:
    """
    The products of a source.

    :param folder: the source's folder.
    :return: product -> what its file says.
    """
    found = {}
    for path in sorted(folder.glob(f"products/*/{PRODUCT_FILE}")):
        given = load_yaml(path)
        name = path.parent.name
        found[name] = {"name": name, **given} if isinstance(given, dict) else given
    return found
