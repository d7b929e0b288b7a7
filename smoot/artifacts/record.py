"""Records: what one stage writes for another, typed, and checked when it is read."""

from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from smoot.core.errors import SmootError
from smoot.core.files import write_json


class Record(BaseModel):
    """A JSON file, or a part of one. Keys that are unknown or missing are refused, and so are NaN and infinity."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    @classmethod
    def read(cls, path: Path, remedy: str) -> Self:
        """What `write` has written. remedy: what makes the file anew, such as "train the cell again".

        Raises SmootError, of one line, where the file is missing, truncated, empty or of another form.
        """
        try:
            return cls.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            raise SmootError(f"{path}: not there; {remedy}") from None
        except OSError as error:
            raise SmootError(f"{path}: cannot be read: {error.strerror or error}") from None
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            what = ": ".join(filter(None, [".".join(map(str, first["loc"])), first["msg"]]))
            raise SmootError(f"{path}: damaged, or of another version of smoot ({what}); {remedy}") from None

    def write(self, path: Path) -> None:
        """Atomically, keys sorted, floats in full precision."""
        write_json(path, self.model_dump(mode="json"))
