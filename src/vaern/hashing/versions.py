"""Which decoders and libraries compute the signals: a value means little without them (imagehash's #32)."""

from __future__ import annotations

import io
import platform
import ssl

import numpy as np

from vaern import compiled


def decoder_versions() -> dict[str, str]:
    """Every decoder and library with its version, by name."""
    from importlib.metadata import version  # noqa: PLC0415

    import av  # noqa: PLC0415
    import cramjam  # noqa: PLC0415
    import PIL  # noqa: PLC0415
    import pillow_heif  # noqa: PLC0415
    import pyewf  # noqa: PLC0415
    import pytsk3  # noqa: PLC0415
    import simplejpeg  # noqa: PLC0415
    from PIL import features  # noqa: PLC0415

    found = {"python": platform.python_version(), "openssl": ssl.OPENSSL_VERSION}
    packages = {"av": av, "numpy": np, "pillow": PIL, "pillow-heif": pillow_heif, "simplejpeg": simplejpeg}
    found |= {name: str(package.__version__) for name, package in packages.items()}  # metadata takes long to load
    found |= {"cramjam": cramjam.__version__, "libewf-python": pyewf.get_version(), "pytsk3": pytsk3.get_version()}
    found["vaern/loops"] = compiled.LIBRARY.stem
    for feature in (
        "jpg",
        "libjpeg_turbo",
        "jpg_2000",
        "zlib",
        "zlib_ng",
        "libtiff",
        "webp",
        "avif",
        "littlecms2",
    ):
        found[f"pillow/{feature}"] = str(features.version(feature) or "")
    found |= {name: version(name) for name in ("pikepdf", "pillow-jxl-plugin")}  # pikepdf is loaded late
    found["libheif"] = str(pillow_heif.libheif_version())
    found |= {name: ".".join(map(str, numbers)) for name, numbers in av.library_versions.items()}
    return {name: value for name, value in sorted(found.items()) if value}


def warm_up() -> None:
    """Load every plug-in and all that a decoder loads late, so that a worker may be locked down afterwards."""
    from PIL import Image  # noqa: PLC0415

    from vaern.hashing import pdq  # noqa: PLC0415
    from vaern.hashing.borders import find_inside  # noqa: PLC0415
    from vaern.hashing.files import hash_stream  # noqa: PLC0415
    from vaern.hashing.jxl import decoder  # noqa: PLC0415
    from vaern.hashing.stills import register_heif  # noqa: PLC0415

    register_heif()
    decoder()
    Image.init()
    ramp = np.arange(96 * 96 * 3, dtype=np.uint32).astype(np.uint8).reshape(96, 96, 3)
    for pixels in (ramp, ramp[:, :, 0]):
        pdq.hash_orientations(pixels)
        pdq.hash_turned(pixels, ("upright",), pdq.Grid(191, 191, 2))
        find_inside(np.pad(pixels[:64], [(9, 9)] + [(0, 0)] * (pixels.ndim - 1)))
    for mode, plugin in (
        ("RGB", "JPEG"),
        ("CMYK", "JPEG"),
        ("LAB", "TIFF"),
        ("RGBA", "PNG"),
        ("RGB", "WEBP"),
    ):
        picture = io.BytesIO()
        Image.new(mode, (16, 16)).save(picture, plugin)
        picture.seek(0)
        hash_stream(picture, plugin, len(picture.getvalue()))
