"""The opening of a report, which names no place: handed to the incidents that follow it, or an incident of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import groupby

from ihlclass.incidents.areas import new_objects, news_of_area
from ihlclass.incidents.drafts import RECENT, Draft, another_day, of_other_means, time_of
from ihlclass.incidents.pieces import Piece
from ihlclass.incidents.places import Mention
from ihlclass.incidents.telling import Objects, concrete


class Opening:
    """The pieces of a report before any that has a place.

    Attributes
    ----------
    pieces
        In order.
    date
        The first day that they tell.
    setting
        A piece right beside them that names a place, and tells nothing itself.
    """

    def __init__(self, objects: Objects, published: dt.date | None) -> None:
        self.objects, self.published = objects, published
        self.pieces: list[Piece] = []
        self.date: dt.date | None = None
        self.setting: Piece | None = None

    def keep(self, piece: Piece) -> None:
        """Take a piece in."""
        self.pieces.append(piece)
        self.date = self.date or time_of(piece, self.published)[0]

    def take(self) -> list[Piece]:
        """Give the pieces away, for an incident whose place has been found."""
        taken, self.pieces, self.date = self.pieces, [], None
        return taken

    def reaches(self, piece: Piece) -> bool:
        """Whether a piece stands in the paragraph of the last one, or in the next."""
        return bool(self.pieces) and piece.paragraph - self.pieces[-1].paragraph <= 1

    def alone(self) -> list[Draft]:
        """Make incidents of an opening that nothing follows: one near each settlement, or one in an area."""
        found = []
        for pieces in self._by_place():
            near = next((piece.place for piece in pieces if piece.place is not None), None)
            if not any(concrete(piece, self.objects) for piece in pieces):
                continue
            wide = next((piece.wide for kind in ("district", "region", "country") for piece in pieces
                         if piece.wide is not None and piece.wide.kind == kind), None)  # fmt: skip
            setting = self.setting if near is None else None
            draft = Draft(near or (setting.place if setting is not None else wide))
            if setting is not None:
                draft.add(setting)
            for piece in pieces:
                draft.extend(piece, time_of(piece, self.published)[0])
            found.append(draft)
        return found

    def _by_place(self) -> list[list[Piece]]:
        """Cut the opening where it tells of something near another settlement."""
        parts: list[list[Piece]] = [[]]
        for piece in self.pieces:
            told = {other.place.key for other in parts[-1] if other.place is not None}
            place = piece.place if piece.place is not None and piece.place.kind == "settlement" else None
            if place is not None and told and place.key not in told and concrete(piece, self.objects):
                parts.append([])
            parts[-1].append(piece)
        return parts

    def hand_out(
        self, drafts: Sequence[Draft], told: Sequence[Draft], home: Mention | None
    ) -> tuple[Draft | None, list[Piece]]:
        """Hand the pieces to the incidents that they open.

        Parameters
        ----------
        drafts
            The incidents that may be opened, one at least.
        told
            All of the report.
        home
            The place of the report's title, where an incident of another day happened that the opening alone tells of.

        Returns
        -------
        earlier, wide
            That incident, where there is one; and the pieces that tell of a whole area.
        """
        paragraphs = {number: list(some) for number, some in groupby(self.pieces, lambda piece: piece.paragraph)}
        earlier: Draft | None = None
        wide = []
        for piece in self.pieces:
            paragraph = paragraphs[piece.paragraph]
            far = piece.scattered and any(self._of_area(other, told) for other in paragraph)
            far = far or (any(other.scattered for other in paragraph) and new_objects(paragraph, told, self.objects))
            if far or self._of_area(piece, told):
                wide.append(piece)
                continue
            objects = set(piece.labels) & self.objects
            following = (d for d in drafts[:RECENT] if objects & d.labels and d.pieces[0].number > piece.number)
            best = next(following, drafts[0])
            date = time_of(piece, self.published)[0]
            if self._of_another_day(piece, best) and concrete(piece, self.objects):
                on_its_day = next((draft for draft in drafts[:RECENT] if draft.date == date), None)
                if on_its_day is None:
                    earlier = earlier or Draft(home)
                    earlier.extend(piece, date)
                    continue
                best = on_its_day
            best.add(piece)
            if len(drafts) > 1 and piece.barrage:
                best.sums.add(piece.number)
            best.date = best.date or date
        for draft in drafts:
            draft.pieces.sort(key=lambda piece: piece.number)
        return earlier, wide

    def _of_area(self, piece: Piece, told: Sequence[Draft]) -> bool:
        return news_of_area(piece, told, self.objects, self.published)

    def _of_another_day(self, piece: Piece, draft: Draft) -> bool:
        """Whether a piece surely tells of another day than an incident's: by more than a night, or by other means."""
        date = time_of(piece, self.published)[0]
        if date is None or draft.date is None or not draft.sure or not another_day(piece, date, draft.date):
            return False
        return abs((date - draft.date).days) > 1 or of_other_means(piece, draft)
