"""Encodings told by the words that they make; texts are written by hand, bytes by Python's codecs."""

from pathlib import Path

import pytest

from core.ingest.readers import encoding as encoding_module
from core.ingest.readers.delimited import read_delimited
from core.ingest.readers.encoding import Text
from core.ingest.readers.letters import judge
from tests.core.ingest.helpers import rows, run, table, write

RUSSIAN = "Заказ;Клиент;Дата\n1;Пётр Иванов;05.01.2011\n2;Анна Щербакова;Екатеринбург\n"
CAPITALS = "ПЕТРОВ СЕРГЕЙ;МОСКВА\nКУЗНЕЦОВА;КАЗАНЬ\n"
TEXTS = {
    "cp1251": [RUSSIAN, CAPITALS, "1;Анна;10\n", "Київ;Львів;Іваненко Олексій\n"],
    "koi8-r": [RUSSIAN, CAPITALS, "1;Анна;10\n"],
    "cp866": [RUSSIAN, CAPITALS, "1;Пётр;5\n2;Юля;3\n"],
    "cp1252": [
        "Hélène Lefèvre;Besançon;François\n",
        "José;Zoë\n",
        "Peña;Núñez;¿Qué?\n",
        "João;São Paulo;Conceição\n",
        "Müller;Straße;Österreich\n",
        "Søren Ågård;Ærø;København\n",
        "Università;perché;città\n",
        "£10.50\n",
        "€10\n",
        "1\u00a0234,50\n",
        "It’s “Hello” – fine\n",
        "10°C\n",
        "Åbo;Málaga;Zürich;Café crème;£5\n",
    ],
    "cp1250": [
        "Łukasz Wiśniewski;Kraków;Żółć\n",
        "Dvořák;Černý;Plzeň;Růžička\n",
        "Győr;Szűcs;Kovács\n",
        "Đorđević;Šibenik\n",
    ],
    "iso8859-2": ["Łukasz Wiśniewski;Kraków;Żółć;Częstochowa\n"],
    "cp1254": ["Şahin;İstanbul;Yıldız;Ağrı;Çağlar\n"],
    "mac-roman": ["Hélène Lefèvre;Besançon\n", "Müller;Straße;Österreich\n", "Peña;Núñez\n"],
    "cp850": ["Hélène Lefèvre;Besançon\n", "Müller;Straße;Österreich\n", "Peña;Núñez\n"],
    "gb18030": ["张伟,王芳,订单号,客户,日期,金额\n", "张伟\n"],
    "cp932": ["田中太郎,注文番号,顧客,ノートパソコン,東京\n", "田中さん\n"],
    "utf-8": [RUSSIAN, "José\n"],
    "utf-16-le": [RUSSIAN, "a;b\n1;2\n", "订单号,客户\n1,张伟\n"],
    "utf-16-be": [RUSSIAN, "a;b\n1;2\n", "订单号,客户\n1,张伟\n"],
    "utf-32-le": [RUSSIAN, "a;b\n1;2\n"],
    "utf-32-be": [RUSSIAN, "a;b\n1;2\n"],
}
CASES = [(encoding, text) for encoding, texts in TEXTS.items() for text in texts]


@pytest.mark.parametrize(("encoding", "text"), CASES, ids=[f"{encoding} {text[:12]!r}" for encoding, text in CASES])
def test_an_encoding_is_told_without_a_mark(encoding: str, text: str, tmp_path: Path) -> None:
    found = Text(write(tmp_path, text.encode(encoding)))
    assert list(found.blocks())
    assert found.encoding == encoding


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_settles_it(encoding: str, tmp_path: Path) -> None:
    content = table("1,Анна,2011-01-05,10.50").encode(encoding)
    (row,) = rows(run(tmp_path, write(tmp_path, content)))
    assert row["customer_id"] == "Анна"


def test_what_can_be_read_in_two_ways_is_called_a_guess(tmp_path: Path) -> None:
    # The byte F1 is ñ in Spain and ń in Poland.
    assert judge("Gdañsk".encode("cp1252")) == ("cp1252", False)
    assert judge("José".encode("cp1252")) == ("cp1252", True)
    clean = run(tmp_path, write(tmp_path, table("1,Gdañsk,2011-01-05,10.50").encode("cp1252")))
    how = dict(clean.report.files[0].how)
    assert (how["encoding"], how["encoding_guess"]) == ("cp1252", "yes")


def test_a_mapping_settles_what_is_a_guess(tmp_path: Path) -> None:
    path = write(tmp_path, table("1,Gdańsk,2011-01-05,10.50").encode("cp1250"))
    clean = run(tmp_path, path, mapping={"settings": {"encoding": "cp1250"}})
    assert [row["customer_id"] for row in rows(clean)] == ["Gdańsk"]
    assert "encoding_guess" not in dict(clean.report.files[0].how)


def test_the_first_letter_beyond_ascii_may_stand_late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.ingest.readers.encoding.BLOCK", 64)
    lines = [f"{at},a,2011-01-05,1" for at in range(200)]
    path = write(tmp_path, table(*lines, "900,Пётр Иванов,2011-01-05,1").encode("cp1251"))
    text = Text(path)
    content = b"".join(text.blocks()).decode()
    assert (text.encoding, text.sure) == ("cp1251", True)
    assert content == table(*lines, "900,Пётр Иванов,2011-01-05,1")
    assert "Пётр Иванов" in {row["customer_id"] for row in rows(run(tmp_path, path))}


@pytest.mark.parametrize("last", ["Zoë", "Ann"])
def test_a_file_is_read_once(last: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    blocks = encoding_module._raw_blocks
    monkeypatch.setattr(encoding_module, "_raw_blocks", lambda *given: opened.append(given) or blocks(*given))
    path = write(tmp_path, table("1,a,2011-01-05,10.50", f"2,{last},2011-01-05,1"))
    assert read_delimited(path, tmp_path / "staged.parquet").rows == 2
    assert len(opened) == 1


def test_bytes_of_another_encoding_go_to_quarantine_by_row(tmp_path: Path) -> None:
    good = table(*(f"{at},Zoë,2011-01-05,1" for at in range(20)))
    path = write(tmp_path, good.encode() + "99,Zoë,2011-01-05,1\n".encode("cp1252"))
    clean = run(tmp_path, path)
    assert dict(clean.report.files[0].how)["encoding"] == "utf-8"
    (problem,) = clean.report.problems
    assert (problem.reason, problem.rows, problem.row) == ("undecodable", 1, 22)
