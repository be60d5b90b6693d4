"""Authentication: request headers from the connection's password and extras."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from flowmart.core.errors import ConfigError

if TYPE_CHECKING:
    from flowmart.sources.base import SourceConnection

# Extra and header of the two kinds of organisation; a request carries exactly one of them.
_ORGANISATIONS = {"org_id": "X-Org-ID", "cloud_org_id": "X-Cloud-Org-ID"}
_SCHEMES = {"OAuth": "OAuth", "IAM": "Bearer"}
_LANGUAGES = ("en", "ru")


def headers_of(connection: SourceConnection, instance: str) -> dict[str, str]:
    """
    Make the headers; they contain the token.

    :param connection: with the extras ``org_id`` or ``cloud_org_id``, ``token_type`` and
        ``language``.
    :param instance: name of the instance, for errors.
    :raises ConfigError: if the extras are invalid.
    """
    extra = connection.extra
    token_type = extra.get("token_type", "OAuth")
    given = [name for name in _ORGANISATIONS if extra.get(name)]
    language = extra.get("language", "en")
    if unknown := sorted(extra.keys() - _ORGANISATIONS.keys() - {"token_type", "language"}):
        _refuse(instance, f"The connection has unknown extras: {', '.join(unknown)}")
    if token_type not in _SCHEMES:
        _refuse(instance, f"token_type is {token_type!r}, neither OAuth nor IAM")
    if language not in _LANGUAGES:
        _refuse(instance, f"language is {language!r}, neither en nor ru")
    if len(given) != 1:
        _refuse(
            instance,
            f"The connection names {'both kinds of' if given else 'no'} organisation: exactly one "
            "of org_id and cloud_org_id is needed",
        )
    if token_type == "IAM" and given == ["org_id"]:
        _refuse(instance, "An IAM token needs cloud_org_id, and the connection has org_id")
    organisation = str(extra[given[0]])
    for name, value in (("password", connection.token), (given[0], organisation)):
        if not value or not value.isascii() or not value.isprintable() or " " in value:
            _refuse(instance, f"The {name} is empty or has invalid characters")
    return {
        "Authorization": f"{_SCHEMES[token_type]} {connection.token}",
        _ORGANISATIONS[given[0]]: organisation,
        # Names come in the language of the request; keys and ids never do.
        "Accept-Language": str(language),
    }


def _refuse(instance: str, problem: str) -> NoReturn:
    raise ConfigError(
        problem,
        where=f"connection flowmart_{instance}",
        next_step='put {"org_id": "..."} (Yandex 360) or {"cloud_org_id": "..."} (Yandex Cloud) '
        'into its extra, for an IAM token with "token_type": "IAM", and the token alone into its '
        "password; Administration > Organizations in Tracker shows the id",
    )
