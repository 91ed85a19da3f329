"""A library is found again, built again when anything changed, and never opened half built."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from corpus.errors import CorpusNotFound, FaultCode
from retrieval.errors import CacheUnusable, IndexUnusable
from retrieval.index.folder import MANIFEST, SEEN
from retrieval.index.terms import query_terms
from retrieval.ranking.weights import weights
from retrieval.storage import calibration_file, eviction
from retrieval.storage.build_progress import Stage
from retrieval.storage.eviction import ALWAYS_KEPT, KEPT, LEFT_BEHIND_SECONDS, YOUNG_SECONDS
from retrieval.storage.library_cache import open_or_build
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Articles, WriteArticles

ARTICLES = [("磷石膏新用", ["累计消耗磷石膏近40万吨。"]), ("步道开放", ["湖边步道全长八公里。", "免费开放。"])]
BUILDER = """
import sys
from pathlib import Path
from retrieval.storage.library_cache import open_or_build
from retrieval.storage.build_progress import Stage

told = []

def tell(stage, done, of):
    if stage is Stage.INDEXING and done >= max(1, of * {percent} // 100) and not told:
        told.append(done)
        print("there", flush=True)
        {then}

library = open_or_build(Path(sys.argv[1]), Path(sys.argv[2]), tell)
print(library.articles, library.passages)
"""


class Counted:
    """Progress that remembers the stages it was told."""

    def __init__(self) -> None:
        self.stages: set[Stage] = set()

    def __call__(self, stage: Stage, done: int, of: int) -> None:
        """Take note."""
        assert 0 <= done <= of
        self.stages.add(stage)


@pytest.fixture
def own_cache(tmp_path: Path, cache: Path) -> Path:
    """A cache of the test's own, with nothing in it but the words' frequencies, which take a second to make."""
    own = tmp_path / "own cache"
    own.mkdir()
    for entry in cache.iterdir():
        if entry.is_file():
            shutil.copy2(entry, own)
    return own


@pytest.fixture
def corpus(tmp_path: Path, write_articles: WriteArticles) -> Path:
    """Two articles in a folder."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    write_articles(folder / "articles.jsonl", ARTICLES)
    return folder


@pytest.fixture(scope="module")
def prebuilt(tmp_path_factory: pytest.TempPathFactory, cache: Path, write_articles: WriteArticles) -> Path:
    """A cache that holds the library of the two articles, to be copied."""
    folder = tmp_path_factory.mktemp("prebuilt")
    (folder / "corpus").mkdir()
    write_articles(folder / "corpus" / "articles.jsonl", ARTICLES)
    (folder / "cache").mkdir()
    for entry in cache.iterdir():
        if entry.is_file():
            shutil.copy2(entry, folder / "cache")
    open_or_build(folder / "corpus", folder / "cache")
    return folder / "cache"


@pytest.fixture
def filled(tmp_path: Path, prebuilt: Path, corpus: Path) -> Path:
    """A cache of the test's own that holds the corpus's library already."""
    own = tmp_path / "filled cache"
    shutil.copytree(prebuilt, own)
    assert not was_built(corpus, own)
    return own


def was_built(corpus: Path, cache: Path) -> bool:
    """Open, and say whether anything had to be read."""
    counted = Counted()
    open_or_build(corpus, cache, counted)
    return bool(counted.stages)


def libraries(cache: Path) -> list[Path]:
    """The folders of whole libraries."""
    return [entry.parent for entry in cache.glob(f"*/{MANIFEST}")]


def many(count: int) -> Articles:
    """Enough articles for building to take a while."""
    words = ["宜昌", "磷石膏", "武汉", "上市公司", "开工", "投资", "亿元", "企业"]
    chosen = random.Random(1)
    return [(f"第{n}篇", ["".join(chosen.choices(words, k=40)) + "。"]) for n in range(count)]


def start(corpus: Path, cache: Path, then: str = "pass", percent: int = 50) -> subprocess.Popen[str]:
    """Build in a process of its own, which does something once a share of the paragraphs is cut."""
    code = BUILDER.format(then=then, percent=percent)
    command = [sys.executable, "-c", code, str(corpus), str(cache)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def test_the_first_time_is_built_and_told(corpus: Path, own_cache: Path) -> None:
    """Whoever waits must see why."""
    counted = Counted()
    library = open_or_build(corpus, own_cache, counted)
    assert counted.stages == {Stage.READING, Stage.INDEXING}
    assert (library.articles, library.passages) == (2, 3)


def test_what_was_built_is_not_built_again(corpus: Path, filled: Path) -> None:
    """Starting takes a moment, building may take minutes."""
    assert not was_built(corpus, filled)


def test_a_cache_folder_is_made(corpus: Path, tmp_path: Path) -> None:
    """The first start finds none."""
    open_or_build(corpus, tmp_path / "new" / "cache")
    assert len(libraries(tmp_path / "new" / "cache")) == 1


def test_a_changed_text_is_noticed(corpus: Path, filled: Path, write_articles: WriteArticles) -> None:
    """An answer from yesterday's text would be wrong."""
    write_articles(corpus / "articles.jsonl", [("磷石膏新用", ["累计消耗磷石膏近50万吨，更多。"])])
    library = open_or_build(corpus, filled)
    assert library.passage(0).text == "累计消耗磷石膏近50万吨，更多。"


def test_a_change_of_the_same_size_is_noticed(corpus: Path, filled: Path) -> None:
    """One digit corrected leaves the size as it was."""
    file = corpus / "articles.jsonl"
    text = file.read_text("utf-8").replace("40", "50")
    status = file.stat()
    file.write_text(text, "utf-8")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns + 1_000_000))
    assert "50" in open_or_build(corpus, filled).passage(0).text


def test_a_change_of_size_alone_is_noticed(corpus: Path, filled: Path) -> None:
    """Some tools set the time back after writing."""
    file = corpus / "articles.jsonl"
    status = file.stat()
    file.write_text(file.read_text("utf-8").replace("40万", "140万"), "utf-8")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert "140" in open_or_build(corpus, filled).passage(0).text


@pytest.mark.parametrize("change", ["added", "removed", "renamed"])
def test_another_set_of_files_is_noticed(
    corpus: Path, filled: Path, write_articles: WriteArticles, change: str
) -> None:
    """Articles come and go as files."""
    before = open_or_build(corpus, filled)
    if change == "added":
        write_articles(corpus / "new.jsonl", [("路", ["公路通车。"])])
    elif change == "removed":
        (corpus / "articles.jsonl").unlink()
    else:
        (corpus / "articles.jsonl").rename(corpus / "other.jsonl")
    after = open_or_build(corpus, filled)
    assert [before.card(n).id for n in range(before.articles)] != [after.card(n).id for n in range(after.articles)]


def test_a_touched_file_is_not_indexed_again(corpus: Path, filled: Path) -> None:
    """A fresh checkout has new times and the same content."""
    os.utime(corpus / "articles.jsonl", (1, 1))
    assert not was_built(corpus, filled)


def test_a_file_that_may_be_read_again_is_read(corpus: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who gives the rights back, as the fault says, has changed neither its size nor its time."""

    def refuse(*_: object) -> int:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    with monkeypatch.context() as patched:
        patched.setattr("corpus.load._open_nonblocking", refuse)
        patched.setattr("corpus.article_files.os.access", lambda *_: False)
        library = open_or_build(corpus, own_cache)
        assert (library.articles, [fault.code for fault in library.faults]) == (0, [FaultCode.UNREADABLE])
    assert open_or_build(corpus, own_cache).articles == 2


def test_a_file_of_no_known_kind_is_a_fault_while_it_is_there(corpus: Path, filled: Path) -> None:
    """What is told with an answer must be what `chuwen check` tells."""
    (corpus / "report.docx").touch()
    assert [fault.path for fault in open_or_build(corpus, filled).faults] == ["report.docx"]
    (corpus / "report.docx").unlink()
    assert open_or_build(corpus, filled).faults == ()


def test_a_changed_rule_calibrates_again_without_building(
    corpus: Path, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index depends on no rule that an answer runs through; the calibration beside it does."""
    monkeypatch.setattr(calibration_file, "rules_digest", lambda: "of other rules")
    monkeypatch.setattr(calibration_file, "measure_shift", lambda _: 1.25)
    assert not was_built(corpus, filled)
    assert open_or_build(corpus, filled).shift == 1.25


def test_a_changed_threshold_neither_builds_nor_calibrates(
    corpus: Path, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing that is stored depends on when an answer is given."""
    calibration_file.rules_digest.cache_clear()
    open_or_build(corpus, filled)
    content = resources.files("retrieval.ranking").joinpath("weights.json").read_text("utf-8")
    changed = content.replace(f'"threshold": {weights().threshold}', '"threshold": 0.99')
    assert changed != content
    read = calibration_file.without_threshold
    monkeypatch.setattr(calibration_file, "without_threshold", lambda _: read(changed.encode()))
    monkeypatch.setattr(calibration_file, "measure_shift", lambda _: 1.25)
    calibration_file.rules_digest.cache_clear()
    assert not was_built(corpus, filled)
    assert open_or_build(corpus, filled).shift != 1.25


def test_the_same_content_elsewhere_is_not_indexed_again(corpus: Path, filled: Path, tmp_path: Path) -> None:
    """A corpus may move."""
    shutil.copytree(corpus, tmp_path / "moved here")
    assert not was_built(tmp_path / "moved here", filled)
    assert len(libraries(filled)) == 1


def test_a_missing_corpus_is_told(tmp_path: Path, own_cache: Path) -> None:
    """The person who gave the path can mend it."""
    with pytest.raises(CorpusNotFound):
        open_or_build(tmp_path / "nowhere", own_cache)


@pytest.mark.parametrize("below", ["", "sub/sub"])
def test_a_cache_that_cannot_be_made_is_told(corpus: Path, tmp_path: Path, below: str) -> None:
    """The operator has to name another folder, so the error names this one."""
    (tmp_path / "file").write_text("no folder", "utf-8")
    with pytest.raises(CacheUnusable, match="file"):
        open_or_build(corpus, tmp_path / "file" / below)


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _other_version(file: Path) -> None:
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | {"version": 999}), "utf-8")


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        (MANIFEST, _other_version),
        (MANIFEST, Path.unlink),
        ("terms.u8", Path.unlink),
        ("rows.i4", _cut),
        ("impacts.u1", lambda file: file.write_bytes(b"")),
        ("paragraphs.i8", _cut),
        ("articles.i8", lambda file: file.write_bytes(b"")),
    ],
)
def test_a_damaged_library_is_built_again(
    corpus: Path, filled: Path, name: str, damage: Callable[[Path], object]
) -> None:
    """A cache may be damaged; whoever asks should not need to know that there is one."""
    damage(libraries(filled)[0] / name)
    refused: list[IndexUnusable] = []
    library = open_or_build(corpus, filled, on_unusable=refused.append)
    assert [library.passage(row).text for row in range(library.passages)] == [t for _, texts in ARTICLES for t in texts]
    (told,) = refused
    assert told.reason


def test_a_file_in_place_of_a_library_is_replaced(corpus: Path, filled: Path) -> None:
    """Whatever stands there is no library."""
    folder = libraries(filled)[0]
    shutil.rmtree(folder)
    folder.touch()
    assert open_or_build(corpus, filled).articles == 2


def test_the_library_of_another_corpus_is_not_taken_for_it(
    corpus: Path, filled: Path, tmp_path: Path, write_articles: WriteArticles
) -> None:
    """Somebody who puts folders back by hand may take one for another, each of which is whole."""
    (own,) = libraries(filled)
    open_or_build(write_articles(tmp_path / "others.jsonl", [("新港", ["宝钢黄石新港二期开工。"])]), filled)
    (other,) = set(libraries(filled)) - {own}
    shutil.rmtree(own)
    other.rename(own)
    refused: list[IndexUnusable] = []
    assert open_or_build(corpus, filled, on_unusable=refused.append).articles == 2
    assert [error.reason for error in refused] == [f"it was made as {other.name}"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"library": 5}', '{"library": "gone"}'])
def test_a_damaged_note_is_passed_over(corpus: Path, filled: Path, content: str) -> None:
    """Notes only save time."""
    for note in (filled / "manifests").iterdir():
        note.write_text(content, "utf-8")
    assert open_or_build(corpus, filled).articles == 2


def test_nothing_outside_the_cache_is_deleted(corpus: Path, filled: Path) -> None:
    """A note that leads astray may cost a library, never an article."""
    for note in (filled / "manifests").iterdir():
        note.write_text('{"library": "../corpus"}', "utf-8")
    with contextlib.suppress(CorpusNotFound):
        open_or_build(corpus, filled)
    assert (corpus / "articles.jsonl").is_file()


def test_a_library_in_use_outlives_its_folder(corpus: Path, filled: Path) -> None:
    """The cache may be deleted at any time, also below a running chat."""
    library = open_or_build(corpus, filled)
    shutil.rmtree(filled)
    assert library.search(query_terms(library.segmenter, "磷石膏"), 1)[0].passage.text == ARTICLES[0][1][0]


def test_only_the_latest_are_kept(corpus: Path, filled: Path, write_articles: WriteArticles) -> None:
    """A cache that only grows fills the disk."""
    (library,) = libraries(filled)
    older = [filled / f"{number:032x}" for number in range(KEPT + 2)]  # the higher the number, the older
    for number, folder in enumerate(older):
        shutil.copytree(library, folder)
        os.utime(folder, (1e9 - number, 1e9 - number))
    write_articles(corpus / "new.jsonl", [("桥", ["大桥通车。"])])
    open_or_build(corpus, filled)
    assert len(libraries(filled)) == KEPT
    assert [folder.exists() for folder in older] == [number < KEPT - 2 for number in range(len(older))]
    assert library.exists()


def test_large_libraries_are_kept_in_smaller_numbers(
    corpus: Path, filled: Path, write_articles: WriteArticles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A million paragraphs take 3 GB, and nobody wants to find 36 GB in a cache."""
    monkeypatch.setattr(eviction, "KEPT_BYTES", 0)
    (library,) = libraries(filled)
    for number in range(ALWAYS_KEPT):
        shutil.copytree(library, filled / f"{number:032x}")
    write_articles(corpus / "new.jsonl", [("桥", ["大桥通车。"])])
    open_or_build(corpus, filled)
    assert len(libraries(filled)) == ALWAYS_KEPT


def test_two_processes_build_at_once(tmp_path: Path, own_cache: Path, write_articles: WriteArticles) -> None:
    """Two terminals may be opened on a new corpus."""
    corpus = write_articles(tmp_path / "many.jsonl", many(300))
    builders = [start(corpus, own_cache, "sys.stdin.readline()") for _ in range(2)]  # each waits for the other
    assert [builder.stdout.readline() for builder in builders if builder.stdout] == ["there\n"] * 2
    outcomes = [builder.communicate("\n", timeout=60) for builder in builders]
    assert [builder.returncode for builder in builders] == [0, 0], outcomes
    assert [out.split() for out, _ in outcomes] == [["300", "300"]] * 2
    assert len(libraries(own_cache)) == 1
    assert not was_built(corpus, own_cache)


@pytest.mark.parametrize(("percent", "seconds"), [(50, 0.0), (100, 0.02), (100, 0.1)])
def test_a_killed_build_leaves_nothing_half(
    tmp_path: Path, own_cache: Path, write_articles: WriteArticles, percent: int, seconds: float
) -> None:
    """Power fails and systems kill at any moment; the next start must find nothing or a whole library."""
    corpus = write_articles(tmp_path / "many.jsonl", many(300))
    builder = start(corpus, own_cache, percent=percent)
    assert builder.stdout is not None
    assert builder.stdout.readline() == "there\n"
    time.sleep(seconds)
    builder.send_signal(signal.SIGKILL)
    builder.communicate()
    library = open_or_build(corpus, own_cache)
    assert (library.articles, library.passages) == (300, 300)
    assert library.passage(299).article.headline == "第299篇"


@pytest.mark.parametrize("seconds", [2 * YOUNG_SECONDS, 2 * LEFT_BEHIND_SECONDS])
def test_what_a_killed_build_left_is_swept_away(
    tmp_path: Path, own_cache: Path, write_articles: WriteArticles, seconds: int
) -> None:
    """Half an index of a large corpus is large; nobody else would ever delete it."""
    corpus = write_articles(tmp_path / "many.jsonl", many(300))
    builder = start(corpus, own_cache, "import time; time.sleep(60)")
    assert builder.stdout is not None
    assert builder.stdout.readline() == "there\n"
    builder.kill()
    builder.communicate()
    left = [entry for entry in own_cache.iterdir() if entry.name.startswith("building-")]
    for entry in left:
        os.utime(entry, (time.time() - seconds,) * 2)
    open_or_build(corpus, own_cache)
    assert len(left) == 1
    assert not left[0].exists()


def test_a_build_that_goes_on_is_left_alone(
    tmp_path: Path, own_cache: Path, corpus: Path, write_articles: WriteArticles
) -> None:
    """It may have been at it for an hour."""
    many_articles = write_articles(tmp_path / "many.jsonl", many(300))
    go_on = tmp_path / "go on"
    wait = f"import os, time; [time.sleep(0.05) for _ in iter(lambda: os.path.exists({str(go_on)!r}), True)]"
    with start(many_articles, own_cache, wait) as builder:
        assert builder.stdout is not None
        assert builder.stdout.readline() == "there\n"
        (folder,) = own_cache.glob(f"{eviction.BUILDING}*")
        os.utime(folder, (time.time() - 3600,) * 2)
        open_or_build(corpus, own_cache)
        assert folder.exists()
        go_on.touch()
        builder.communicate(timeout=60)
    assert builder.returncode == 0
    assert not was_built(many_articles, own_cache)


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENOMEM, errno.EIO])
def test_an_error_that_may_pass_costs_no_index(
    corpus: Path, filled: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """A machine that has no memory for a moment must not have to build for an hour."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        patched.setattr("retrieval.index.columns.mmap.mmap", refuse)
        with pytest.raises(CacheUnusable):
            open_or_build(corpus, filled)
    assert not was_built(corpus, filled)


def test_a_link_that_leads_nowhere_is_replaced(corpus: Path, filled: Path) -> None:
    """Who moved the index to another disk that is gone wants an answer all the same."""
    (library,) = libraries(filled)
    shutil.rmtree(library)
    library.symlink_to(filled / "gone")
    assert was_built(corpus, filled)
    assert not library.is_symlink()
    assert not was_built(corpus, filled)


def test_notes_that_cannot_be_written_are_done_without(corpus: Path, filled: Path) -> None:
    """The index is there, and is what was asked for."""
    shutil.rmtree(filled / "manifests")
    (filled / "manifests").touch()
    assert not was_built(corpus, filled)


@pytest.mark.parametrize("seen", ['{"at": Infinity, "files": {}}', '{"at": 1, "files": {"a": [1]}}', "[]", "{"])
def test_a_note_on_what_was_seen_may_be_anything(corpus: Path, filled: Path, seen: str) -> None:
    """It only saves reading."""
    (library,) = libraries(filled)
    (library / SEEN).write_text(seen, "utf-8")
    assert not was_built(corpus, filled)


@pytest.mark.parametrize("name", ["paragraphs.jsonl", "articles.jsonl", "rows.i4", "starts.i8", "terms.u8"])
def test_damage_that_keeps_the_length_is_healed(corpus: Path, own_cache: Path, name: str) -> None:
    """A bit that fell over would be a wrong quote, or a traceback at every question."""
    open_or_build(corpus, own_cache)
    (file,) = own_cache.glob(f"*/{name}")
    content, before = bytearray(file.read_bytes()), file.stat()
    content[-3] ^= 0xFF
    file.write_bytes(content)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))  # as copying tools do
    told = Counted()
    library = open_or_build(corpus, own_cache, told)
    assert (library.articles, Stage.INDEXING in told.stages) == (2, True)


def test_a_cache_inside_the_corpus_is_no_article(corpus: Path, own_cache: Path) -> None:
    """Its files end in .jsonl, too, and each build would change the corpus."""
    inside = corpus / "cache"
    shutil.copytree(own_cache, inside)
    open_or_build(corpus, inside)
    told = Counted()
    assert open_or_build(corpus, inside, told).articles == 2
    assert told.stages == set()


def test_sigterm_clears_what_is_being_built(corpus: Path, own_cache: Path, write_articles: WriteArticles) -> None:
    """Whoever stops the program tidily leaves no half library behind."""
    write_articles(corpus / "many.jsonl", [(f"第{i}篇", ["长江经济带的项目。" * 20]) for i in range(4000)])
    environment = os.environ | {"CHUWEN_CACHE": str(own_cache), "CHUWEN_LANGUAGE": "zh"}
    command = [sys.executable, "-m", "bot", "ask", "--corpus", str(corpus), "项目"]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env=environment
    ) as process:
        assert process.stderr is not None
        while "索引" not in process.stderr.readline().decode():
            pass
        process.terminate()
        assert process.wait(30) == 143
    assert list(own_cache.glob("building-*")) == []
