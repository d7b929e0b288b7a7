"""Records: what one stage writes for another, typed, and checked when it is read."""

import re
from hashlib import sha256
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from smoot.core.errors import SmootError
from smoot.core.files import json_text, write_text

_SEAL = re.compile(rb'{\n "seal": "([0-9a-f]{64})",')


class Record(BaseModel):
    """A JSON file, or a part of one. Keys that are unknown or missing are refused, and so are NaN and infinity."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    @classmethod
    def read(cls, path: Path, remedy: str) -> Self:
        """What `write` has written. remedy: what makes the file anew, such as "train the cell again".

        Raises SmootError, of one line, where the file is missing, truncated, empty or of another form.
        """
        try:
            return cls.of_bytes(path.read_bytes())
        except FileNotFoundError:
            raise SmootError(f"{path}: not there; {remedy}") from None
        except OSError as error:
            raise SmootError(f"{path}: cannot be read: {error.strerror or error}") from None
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            what = ": ".join(filter(None, [".".join(map(str, first["loc"])), first["msg"]]))
            raise SmootError(f"{path}: damaged, or of another version of smoot ({what}); {remedy}") from None
        except ValueError as error:
            raise SmootError(f"{path}: {error}; {remedy}") from None

    @classmethod
    def of_bytes(cls, content: bytes) -> Self:
        """The record in a file's content. Raises pydantic's ValidationError, or ValueError that says what is wrong."""
        return cls.model_validate_json(content)

    def write(self, path: Path) -> None:
        """Atomically, keys sorted, floats in full precision."""
        write_text(path, json_text(self.model_dump(mode="json")))


class SealedRecord(Record):
    """A file whose first line is a digest of the others: a changed digit is found, which no schema would find."""

    @classmethod
    def of_bytes(cls, content: bytes) -> Self:
        seal = _SEAL.match(content)
        if seal is None:
            raise ValueError("damaged, or of another version of smoot (it has no seal)")
        rest = b"{" + content[seal.end() :]
        if sha256(rest).hexdigest().encode() != seal[1]:
            raise ValueError("damaged, or edited: it is not what was written")
        return cls.model_validate_json(rest)

    def write(self, path: Path) -> None:
        text = json_text(self.model_dump(mode="json"))
        digest = sha256(text.encode()).hexdigest()
        write_text(path, f'{{\n "seal": "{digest}",{text.removeprefix("{")}')
