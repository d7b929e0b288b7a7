"""Image files of every kind, and files that are none."""

import io
import re
import zlib

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageDraw
from unprivileged import as_nobody

from smoot.core.errors import SmootError
from smoot.datasets import _decoding as module
from smoot.datasets._decoding import most_bits
from smoot.datasets._photographs import Seen, photographs


def read(path, channels="rgb", size=8, **options):
    """(C, size, size) uint8."""
    return photographs([path], np.array([0]), size, channels, **options).read(np.array([0])).images[0]


def halves(left, right, mode="RGB", size=(8, 8)):
    """An image that is `left` on its left half and `right` on its right half."""
    image = Image.new(mode, size, right)
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 2 - 1, size[1]), fill=left)
    return image


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp", "gif", "webp", "tiff"])
def test_formats(tmp_path, suffix):
    path = tmp_path / f"it.{suffix}"
    halves((250, 0, 0), (0, 0, 250)).save(path, **({"quality": 100, "subsampling": 0} if suffix == "jpg" else {}))
    pixels = read(path).astype(int)
    assert pixels.shape == (3, 8, 8)
    assert np.abs(pixels[:, 4, 0] - [250, 0, 0]).max() < 12
    assert np.abs(pixels[:, 4, 7] - [0, 0, 250]).max() < 12
    assert read(path, "grey").shape == (1, 8, 8)


def test_16_bit_greys_keep_their_order(tmp_path):
    """Pillow's own conversion to 8 bits cuts all above 255 off."""
    values = (np.arange(64).reshape(8, 8) * 1000).astype(np.uint16)
    Image.fromarray(values).save(tmp_path / "deep.png")
    for channels in ("grey", "rgb"):
        for plane in read(tmp_path / "deep.png", channels):
            assert np.array_equal(plane, values >> 8)


def test_cmyk_is_the_colour_that_it_prints(tmp_path):
    Image.new("CMYK", (8, 8), (0, 255, 255, 0)).save(tmp_path / "red.tiff")
    assert read(tmp_path / "red.tiff")[:, 0, 0].tolist() == [255, 0, 0]


def test_a_palette_is_its_colours_and_not_its_numbers(tmp_path):
    image = halves((200, 10, 30), (10, 20, 220)).quantize(2)
    assert image.mode == "P"
    image.save(tmp_path / "few.png")
    assert read(tmp_path / "few.png")[:, 0, 0].tolist() == [200, 10, 30]


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_lies_on_white(tmp_path, mode):
    if mode == "P":
        image = halves(0, 1, "P")
        image.putpalette([0, 0, 0, 90, 90, 90])
        image.save(tmp_path / "clear.png", transparency=0)
    else:
        image = halves((0, 0, 0, 0), (90, 90, 90, 255), "RGBA").convert(mode)
        image.save(tmp_path / "clear.png")
    pixels = read(tmp_path / "clear.png")
    assert pixels[:, 0, 0].tolist() == [255] * 3
    assert pixels[:, 0, 7].tolist() == [90] * 3


def test_an_image_is_turned_as_its_exif_data_say(tmp_path):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6  # turned a quarter to the left; to be turned back to the right
    halves(250, 0, "L", (16, 16)).save(tmp_path / "turned.jpg", exif=exif, quality=100)
    pixels = read(tmp_path / "turned.jpg", "grey")[0].astype(int)
    assert pixels[0].min() > 200  # what was on the left is on top
    assert pixels[7].max() < 50


def test_any_size_is_fitted_about_the_centre(tmp_path):
    wide = Image.new("L", (40, 10), 0)
    ImageDraw.Draw(wide).rectangle((15, 0, 24, 9), fill=255)
    wide.save(tmp_path / "wide.png")
    assert read(tmp_path / "wide.png", "grey", 10).min() == 255
    Image.new("L", (1, 1), 7).save(tmp_path / "one.png")
    assert np.unique(read(tmp_path / "one.png", "grey", 10)).tolist() == [7]


@pytest.mark.parametrize("orientation", [1, 6])
def test_a_mask_meets_the_object_however_the_image_is_resized(tmp_path, orientation):
    """The white rectangle of a large JPEG, which is decoded smaller than it is, and its mask. Neither is turned."""
    image = Image.new("L", (160, 320), 0)
    box = (40, 120, 100, 200)
    ImageDraw.Draw(image).rectangle(box, fill=255)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    image.save(tmp_path / "it.jpg", exif=exif, quality=100)

    def mask_of(row, size):
        assert size == (160, 320)
        mask = Image.new("L", size, 0)
        ImageDraw.Draw(mask).rectangle(box, fill=255)
        return mask

    split = photographs([tmp_path / "it.jpg"], np.array([0]), 16, "grey", mask_of).read(np.array([0]))
    assert 0 < split.masks.sum() < 256
    certain = (split.images < 30) | (split.images > 225)
    assert certain.mean() > 0.8
    assert np.array_equal((split.images > 225)[certain], split.masks.astype(bool)[certain])


def png(size=(8, 8)):
    file = io.BytesIO()
    Image.effect_noise(size, 50).save(file, "png")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"<html>this is no image</html>", "is not an image"),
        (png((64, 64))[:900], "cannot be read: damaged image"),
        (png()[:20], "cannot be read: damaged image|is not an image"),
    ],
)
def test_a_file_that_is_no_whole_image_is_named(tmp_path, content, said):
    (tmp_path / "it.png").write_bytes(content)
    with pytest.raises(SmootError, match=f"{re.escape(str(tmp_path / 'it.png'))}: ({said})"):
        read(tmp_path / "it.png")


def test_a_file_that_is_gone_is_named(tmp_path):
    with pytest.raises(SmootError, match=r"gone.png: cannot be read: No such file"):
        read(tmp_path / "gone.png")


def test_an_image_that_would_fill_the_memory_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "LARGEST", 99)
    (tmp_path / "bomb.png").write_bytes(png((10, 10)))
    with pytest.raises(SmootError, match=r"bomb.png: too large: 10×10; 99 pixels are allowed"):
        read(tmp_path / "bomb.png")


def test_a_small_file_that_claims_a_billion_pixels_is_refused(tmp_path):
    content = bytearray(png())
    content[16:24] = (40_000).to_bytes(4) * 2  # width and height in its header
    content[29:33] = zlib.crc32(content[12:29]).to_bytes(4)
    (tmp_path / "bomb.png").write_bytes(content)
    with pytest.raises(SmootError, match=r"bomb.png: too large"):
        read(tmp_path / "bomb.png")


def test_pixels_of_32_bits_are_refused(tmp_path):
    Image.fromarray(np.full((8, 8), 1e6, np.float32)).save(tmp_path / "deep.tiff")
    with pytest.raises(SmootError, match=r"deep.tiff: pixels of 32 bits \(mode F\); RGB and grey of 8"):
        read(tmp_path / "deep.tiff")


def test_a_file_that_may_not_be_read_is_named(tmp_path):
    (tmp_path / "secret.png").write_bytes(png())
    (tmp_path / "secret.png").chmod(0)
    with as_nobody(tmp_path), pytest.raises(SmootError, match=r"secret.png: cannot be read: Permission denied"):
        read(tmp_path / "secret.png")


def test_a_32_bit_grey_with_small_values_is_not_taken_for_black(tmp_path):
    Image.fromarray(np.arange(64, dtype=np.int32).reshape(8, 8)).save(tmp_path / "small.tiff")
    with pytest.raises(SmootError, match=r"small.tiff: pixels of 32 bits \(mode I\)"):
        read(tmp_path / "small.tiff")


def test_16_bit_pnm_files(tmp_path):
    values = (np.arange(64).reshape(8, 8) * 1000).astype(">u2")
    (tmp_path / "deep.pgm").write_bytes(b"P5 8 8 65535\n" + values.tobytes())
    assert np.array_equal(read(tmp_path / "deep.pgm", "grey")[0], values >> 8)


def test_a_format_that_runs_a_program_to_be_read_is_refused(tmp_path):
    Image.new("RGB", (8, 8)).save(tmp_path / "it.eps")
    with pytest.raises(SmootError, match=r"it.eps: is not an image; allowed: BMP, GIF, JPEG, "):
        read(tmp_path / "it.eps")


def test_lab_becomes_rgb(tmp_path):
    Image.new("LAB", (8, 8), (136, 209, 195)).save(tmp_path / "red.tiff")  # L* 53.2, a* 80.1, b* 67.2 as bytes
    assert np.abs(read(tmp_path / "red.tiff")[:, 4, 4].astype(int) - [255, 0, 0]).max() < 12
    assert read(tmp_path / "red.tiff", "grey").shape == (1, 8, 8)


def scan(path, largest):
    values = np.linspace(0, largest, 64).reshape(8, 8).astype(np.uint16)
    Image.fromarray(values).save(path)
    return path


@pytest.mark.parametrize("suffix", ["png", "tiff"])
def test_12_bits_of_16_are_spread_over_all_greys(tmp_path, suffix):
    path = scan(tmp_path / f"scan.{suffix}", 4095)
    assert len(np.unique(read(path, "grey"))) == 16
    assert len(np.unique(read(path, "grey", bits=12))) == 64
    assert read(path, "grey", bits=12).max() == 255
    with pytest.raises(SmootError, match=r"value 4095, where levels: 11 allows 0 to 2047"):
        read(path, "grey", bits=11)
    assert most_bits([path, scan(tmp_path / "small.png", 100)]) == 12
    assert most_bits([tmp_path / "small.png"]) == 8


def test_what_is_seen_in_files_is_told(tmp_path):
    paths = [scan(tmp_path / "a.png", 4095), scan(tmp_path / "b.png", 300), tmp_path / "c.png"]
    Image.new("L", (8, 8)).save(paths[2])
    seen = Seen()
    photographs(paths, np.arange(3), 8, "grey", seen=seen).read(np.arange(3))
    assert seen.told() == [
        f"the largest value of 2 16-bit files is 4095 ({paths[0]}), so 16 of 256 greys are in use; `levels: 12`, or "
        "`levels: auto`, spreads them",
        f"1 image is black: {paths[2]}",
    ]
    assert Seen({paths[0]: 40_000}).told() == []


def test_up_to_twenty_bad_files_are_named_at_once(tmp_path):
    paths = [tmp_path / f"{number:02}.png" for number in range(40)]
    for number, path in enumerate(paths):
        path.write_bytes(png((8, 8)) if number % 4 else b"")
    source = photographs(paths, np.zeros(40), 8)
    with pytest.raises(SmootError) as caught:
        source.read(np.array([5, 8]))
    assert str(caught.value).splitlines() == [f"{path}: is empty" for path in paths[::4]]
    for path in paths:
        path.write_bytes(b"")
    with pytest.raises(SmootError) as caught:
        source.read(np.array([5, 8]))
    assert str(caught.value).splitlines()[19:] == [f"{paths[19]}: is empty", "and 1 more"]
