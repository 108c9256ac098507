"""Photos that people upload, made anew: two bounded JPEG files of nothing but their pixels.

What comes in is hostile: only three formats are tried, the size is known before a pixel is read, and no comment, profile
or EXIF is carried over. A picture is turned as its EXIF says first.
"""

import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from backend.domain.errors import InvalidInput
from backend.gateways.files.store import IncomingFile

FORMATS: Final = ("JPEG", "PNG", "WEBP")
MOST_PIXELS: Final = 50_000_000
"""A phone's largest photo; decoded it takes 200 MB, so one at a time in a process."""
SHORTEST_SIDE: Final = 64
LARGE_SIDE: Final = 1_600
SMALL_SIDE: Final = 480
LARGE_QUALITY: Final = 82
SMALL_QUALITY: Final = 78
MEDIA_TYPE: Final = "image/jpeg"
_WHITE: Final = (255, 255, 255)
_FIELD: Final = "file"
_one_at_a_time = threading.Lock()

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
ImageFile.LOAD_TRUNCATED_IMAGES = False


@contextmanager
def remade(
    source: Path, *, receive: Callable[[], IncomingFile]
) -> Iterator[tuple[IncomingFile, IncomingFile]]:
    """The large and the small picture of the one in `source`, closed, gone at the end of the context.

    Raises InvalidInput for what is no whole picture, or a too large or too small one; whatever `receive` does.
    """
    with _one_at_a_time:
        picture = _read(source)
        with receive() as large, receive() as small:
            _write(picture, large, side=LARGE_SIDE, quality=LARGE_QUALITY)
            _write(picture, small, side=SMALL_SIDE, quality=SMALL_QUALITY)
            yield large, small


def _read(source: Path) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a bomb is first only warned of
            with Image.open(source, formats=FORMATS) as opened:
                _check_size(opened)
                opened.draft("RGB", (LARGE_SIDE, LARGE_SIDE))  # a JPEG is read no larger than is needed
                turned = ImageOps.exif_transpose(opened)
                turned.thumbnail((LARGE_SIDE, LARGE_SIDE), Image.Resampling.LANCZOS)
                return _flat(turned)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        MemoryError,
        Warning,
    ) as error:
        raise InvalidInput(field=_FIELD, reason="不是一张完整的图片，请换一张") from error


def _check_size(picture: Image.Image) -> None:
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise _too_large()
    if min(width, height) < SHORTEST_SIDE:
        raise InvalidInput(field=_FIELD, reason=f"图片太小，边长至少 {SHORTEST_SIDE} 像素")


def _too_large() -> InvalidInput:
    return InvalidInput(field=_FIELD, reason="图片尺寸太大，请缩小到 5000 万像素以内")


def _flat(picture: Image.Image) -> Image.Image:
    """Pixels alone on white: a new picture, so that nothing of the file's own comes along."""
    plain = Image.new("RGB", picture.size, _WHITE)
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        alpha = picture.convert("RGBA")
        plain.paste(alpha, mask=alpha.getchannel("A"))
    else:
        plain.paste(picture.convert("RGB"))
    return plain


def _write(picture: Image.Image, into: IncomingFile, *, side: int, quality: int) -> None:
    copy = picture.copy()
    copy.thumbnail((side, side), Image.Resampling.LANCZOS)
    made = BytesIO()
    copy.save(made, "JPEG", quality=quality, optimize=True, progressive=True)
    into.write(made.getvalue())
    into.close()
