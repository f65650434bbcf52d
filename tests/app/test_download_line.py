from __future__ import annotations

from textual.app import App, ComposeResult

from tui.app.widgets.download_line import DownloadLine
from tui.engine.downloading import Progress


class Downloading(App[None]):
    def compose(self) -> ComposeResult:
        yield DownloadLine()


def shown(line: DownloadLine) -> str:
    return str(line.render())


async def test_the_line_counts_all_downloads_and_is_gone_with_the_last() -> None:
    async with Downloading().run_test() as pilot:
        line = pilot.app.query_one(DownloadLine)

        with line.following(Progress(size=100, there=50, objects=1)):
            assert shown(line) == "saving: 50 % of 100 B · D stops"
            with line.following(Progress(size=300, objects=1)):
                assert "12 % of 400 B · 0 of 2 objects · 2 downloads · D stops" in shown(line)
            assert shown(line) == "saving: 50 % of 100 B · D stops"
            assert line.display
            assert line.is_saving

        assert not line.display
        assert not line.is_saving


async def test_the_line_tells_the_rate_and_the_time_left() -> None:
    async with Downloading().run_test() as pilot:
        line = pilot.app.query_one(DownloadLine)
        progress = Progress(size=1_000_000_000, there=100_000_000, objects=1)

        with line.following(progress):
            line.look(1e9)
            progress.there += 400_000_000
            progress.fetched += 400_000_000
            line.look(1e9 + 5)

            assert shown(line) == "saving: 50 % of 1.0 GB · 80.0 MB/s · 6s left · D stops"


async def test_what_an_earlier_download_left_is_no_rate() -> None:
    async with Downloading().run_test() as pilot:
        line = pilot.app.query_one(DownloadLine)
        progress = Progress(size=100, objects=1)

        with line.following(progress):
            line.look(1e9)
            progress.there = 90
            line.look(1e9 + 5)

            assert shown(line) == "saving: 90 % of 100 B · D stops"


async def test_before_it_is_known_what_to_save_the_line_says_so() -> None:
    async with Downloading().run_test() as pilot:
        line = pilot.app.query_one(DownloadLine)

        with line.following(Progress()):
            assert shown(line) == "saving: looking for the outputs · D stops"


async def test_a_download_of_nothing_is_no_division_by_zero() -> None:
    async with Downloading().run_test() as pilot:
        line = pilot.app.query_one(DownloadLine)

        with line.following(Progress(objects=1)):
            assert shown(line) == "saving: 0 % of 0 B · D stops"


async def test_while_more_is_listed_no_share_is_claimed() -> None:
    async with Downloading().run_test() as pilot:
        line = pilot.app.query_one(DownloadLine)
        progress = Progress(size=4_000_000, there=1_000_000, objects=2000, settled=812)

        with line.following(progress):
            progress.is_whole = False
            line.look()

            assert shown(line) == ("saving: 1.0 MB of 4.0 MB+ · 812 of 2,000+ objects · D stops")


async def test_what_came_and_is_being_checked_is_not_said_to_be_done() -> None:
    async with Downloading().run_test() as pilot:
        line = pilot.app.query_one(DownloadLine)

        with line.following(Progress(size=5_000_000_000, there=5_000_000_000, objects=1)):
            assert "100 %" in shown(line)
        with line.following(Progress(size=5, there=5, objects=1, checking=1)):
            assert shown(line) == "saving: 5 B came · checking it · D stops"


async def test_failures_are_counted_apart() -> None:
    async with Downloading().run_test() as pilot:
        line = pilot.app.query_one(DownloadLine)
        progress = Progress(size=200, there=50, objects=20, settled=5, failed=12)

        with line.following(progress):
            assert shown(line) == "saving: 25 % of 200 B · 5 of 20 objects · 12 failed · D stops"


async def test_what_was_not_saved_stands_there_until_it_is_let_go() -> None:
    async with Downloading().run_test() as pilot:
        line = pilot.app.query_one(DownloadLine)
        with line.following(Progress(objects=1)):
            line.keep("saved 0 of 1 objects, 1 failed")
            line.let_go()
            assert shown(line).startswith("saving")

        assert line.display
        assert not line.is_saving
        assert shown(line) == "saved 0 of 1 objects, 1 failed"
        line.let_go()
        assert not line.display


async def test_another_download_takes_the_place_of_what_was_not_saved() -> None:
    async with Downloading().run_test() as pilot:
        line = pilot.app.query_one(DownloadLine)
        with line.following(Progress(objects=1)):
            line.keep("saved 0 of 1 objects, 1 failed")

        with line.following(Progress(objects=1)):
            assert shown(line).startswith("saving")
        assert not line.display
