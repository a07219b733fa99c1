"""One catalogue of Chinese texts, merged from those of the apps."""

import gettext
import os
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _

from xindai.kernel import translations


def write_po(root: Path, app: str, *texts: tuple[str, str], fuzzy: bool = False) -> Path:
    file = root / app / "locale" / "zh_Hans.po"
    file.parent.mkdir(parents=True, exist_ok=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
    mark = "#, fuzzy\n" if fuzzy else ""
    file.write_text(head + "".join(f'\n{mark}msgid "{text}"\nmsgstr "{chinese}"\n' for text, chinese in texts))
    return file


def read(mo: Path) -> gettext.GNUTranslations:
    with mo.open("rb") as file:
        return gettext.GNUTranslations(file)


def test_the_texts_of_all_apps_come_together(tmp_path: Path) -> None:
    write_po(tmp_path, "one", ("loan", "贷款"))
    write_po(tmp_path, "two", ("offer", "报价"))
    catalogue = read(translations.compile_into(tmp_path / "out", tmp_path))
    assert [catalogue.gettext(text) for text in ("loan", "offer", "else")] == ["贷款", "报价", "else"]


def test_of_two_translations_the_first_apps_stays(tmp_path: Path) -> None:
    write_po(tmp_path, "one", ("loan", "贷款"))
    write_po(tmp_path, "two", ("loan", "借款"))
    assert read(translations.compile_into(tmp_path / "out", tmp_path)).gettext("loan") == "贷款"


def test_empty_and_uncertain_translations_are_left_out(tmp_path: Path) -> None:
    write_po(tmp_path, "one", ("loan", ""))
    write_po(tmp_path, "two", ("offer", "报价"), fuzzy=True)
    catalogue = read(translations.compile_into(tmp_path / "out", tmp_path))
    assert [catalogue.gettext(text) for text in ("loan", "offer")] == ["loan", "offer"]


def test_the_catalogue_is_made_anew_only_when_a_text_is_newer(tmp_path: Path) -> None:
    file = write_po(tmp_path, "one", ("loan", "贷款"))
    mo = translations.compile_into(tmp_path / "out", tmp_path)
    written = mo.stat().st_mtime_ns
    assert translations.compile_into(tmp_path / "out", tmp_path).stat().st_mtime_ns == written
    write_po(tmp_path, "one", ("loan", "借款"))
    later = mo.stat().st_mtime + 5
    os.utime(file, (later, later))
    assert read(translations.compile_into(tmp_path / "out", tmp_path)).gettext("loan") == "借款"


def test_nothing_but_the_catalogue_is_left_behind(tmp_path: Path) -> None:
    write_po(tmp_path / "in", "one", ("loan", "贷款"))
    mo = translations.compile_into(tmp_path / "out", tmp_path / "in")
    assert [path for path in (tmp_path / "out").rglob("*") if path.is_file()] == [mo]


def test_the_product_speaks_chinese() -> None:
    with translation.override("zh-hans"):
        assert _("Try again in a few minutes.") == "请几分钟后重试。"
