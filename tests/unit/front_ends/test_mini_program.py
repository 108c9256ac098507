"""The size gate of the mini-program: what counts for which package."""

import zipfile
from pathlib import Path

from scripts.front_ends.mini_program import LARGEST_BYTES, PackageSize, find_too_large, measure


def test_files_of_a_subpackage_do_not_count_for_the_main_package(tmp_path: Path) -> None:
    upload = tmp_path / "out.zip"
    with zipfile.ZipFile(upload, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("app.json", "x" * 100)
        archive.writestr("invoices/pages/list.js", "x" * 40)
        archive.writestr("invoices-of-main.js", "x" * 7)
    assert measure(upload, ["invoices/"]) == PackageSize(107, {"invoices/": 40})


def test_a_package_above_the_limit_is_named() -> None:
    assert find_too_large(PackageSize(LARGEST_BYTES, {"invoices/": LARGEST_BYTES})) == []
    (told,) = find_too_large(PackageSize(LARGEST_BYTES, {"invoices/": LARGEST_BYTES + 1}))
    assert told.startswith("invoices/ has 1,500,001 bytes")
    assert find_too_large(PackageSize(LARGEST_BYTES + 1))[0].startswith("the main package")
