from __future__ import annotations

from textual.app import App, ComposeResult

from tui.app.widgets.download_line import DownloadLine


class Downloading(App[None]):
    def compose(self) -> ComposeResult:
        yield DownloadLine()


def shown(line: DownloadLine) -> str:
    return str(line.render())


async def test_the_line_counts_all_downloads_and_is_gone_with_the_last() -> None:
    async with Downloading().run_test() as pilot:
        line = pilot.app.query_one(DownloadLine)

        with line.following(100) as first:
            first(50)
            with line.following(300) as second:
                assert shown(line) == "saving: 12 % of 400 B in 2 downloads"
                second(300)
            assert shown(line) == "saving: 50 % of 100 B"
            assert line.display

        assert not line.display


async def test_a_download_of_nothing_is_no_division_by_zero() -> None:
    async with Downloading().run_test() as pilot:
        line = pilot.app.query_one(DownloadLine)

        with line.following(0):
            assert shown(line) == "saving: 0 % of 0 B"
