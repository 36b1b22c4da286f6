"""What an evaluation answers: `Report`, and the records it is made of. Every number is a plain Python one."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .._core.public import public
from .records import Bin, Finding, Group, LossBin, Row, Statistics


@public
@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Report(Statistics):
    r"""What :func:`evaluate` and :meth:`Evaluation.report` return; `Statistics` of all rows, and more.

    Attributes
    ----------
    n_classes : int
        K; 0 before the first batch.
    classes : tuple
        Names of the classes, or ``0 .. K - 1``.
    guessing : float
        :math:`\log K`, the loss of giving every class the same probability.
    class_frequencies_loss : float
        :math:`-\sum_k f_k \log f_k` with the labels' frequencies f (by weight): the smallest loss of giving every row
        the same probabilities.
    calibration : tuple of Bin
        Rows by their largest y.
    expected_calibration_error, maximum_calibration_error : float
        :math:`\sum_b (S_b / S) |\text{accuracy}_b - \text{confidence}_b|` and the largest of these differences
        (Naeini, Cooper, Hauskrecht 2015; Guo, Pleiss, Sun, Weinberger 2017).
    by_class : tuple of Group
        One for each class, in the order of `classes`.
    by : tuple of Group or None
        One for each value of ``by``, sorted; None where rows were not grouped.
    by_name : str or None
        What the rows are grouped by, if that has a name.
    worst : tuple of Row
        The largest losses, the largest first; NaN before all others, equal ones by row number.
    warnings : tuple of Finding
        What looks wrong.
    losses : tuple of LossBin
        A histogram, from the first bin that is not empty to the last.
    from_logits : bool
        Whether y were logits.
    eps : float or None
        The clip as it was asked for; None is the eps of y's dtype.

    Examples
    --------
    >>> import numpy as np, xentc
    >>> y = np.array([[0.75, 0.25], [0.5, 0.5], [0.125, 0.875]])
    >>> report = xentc.evaluate([0, 1, 1], y)
    >>> report.mean, report.brier
    (0.3714535485454163, 0.21875)
    >>> report.interval(0.95).high - report.mean == report.mean - report.interval(0.95).low
    True
    """

    n_classes: int
    classes: tuple[Any, ...]
    guessing: float
    class_frequencies_loss: float
    calibration: tuple[Bin, ...]
    expected_calibration_error: float
    maximum_calibration_error: float
    by_class: tuple[Group, ...]
    by: tuple[Group, ...] | None
    by_name: str | None
    worst: tuple[Row, ...]
    warnings: tuple[Finding, ...]
    losses: tuple[LossBin, ...]
    from_logits: bool
    eps: float | None

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        """The screen, so that a report at the end of an interactive line is one, not a page of numbers."""
        return self.to_text()

    def to_text(self, tables: Sequence[str] | str = (), *, width: int | None = None) -> str:
        """The screen that ``xentc evaluate`` prints, and tables below it.

        Numbers with a standard error are rounded to its second digit.

        Parameters
        ----------
        tables : sequence of {"by_class", "by", "worst", "calibration"}, or "all"
            What is shown below the figures. "all" leaves out "by" where rows were not grouped.
        width : int, optional
            Columns of the terminal; None for as wide as it gets.

        Returns
        -------
        str
            Lines, without a newline at the end.

        Raises
        ------
        ValueError
            For another table, or for "by" where rows were not grouped.
        """
        from . import text

        return "\n".join(text.screen(self, text.chosen(self, tables), most=width))

    def to_markdown(self, tables: Sequence[str] | str = ()) -> str:
        """The same in Markdown, for a pull request or a README.

        Parameters
        ----------
        tables
            As in `to_text`.

        Returns
        -------
        str
            Lines, without a newline at the end.

        Raises
        ------
        ValueError
            As `to_text`.
        """
        from . import text

        return "\n".join(text.markdown(self, text.chosen(self, tables)))

    def to_dict(self) -> dict[str, Any]:
        """All of the report as dictionaries, lists, numbers and text, by the names of the attributes.

        Besides, every record of statistics has its 95 % ``interval`` and every warning its ``message``. What JSON does
        not have is replaced: NaN by None, infinities by the text "Infinity" or "-Infinity" (which ``float`` reads),
        dates by their ISO form.

        Returns
        -------
        dict
            What `to_json` writes.
        """
        from . import record

        return record.of(self)

    def to_json(self, indent: int | None = None) -> str:
        """`to_dict` as JSON of the standard: no NaN, no infinities.

        Parameters
        ----------
        indent : int, optional
            Spaces a level; None for one line.

        Returns
        -------
        str
            The text.
        """
        from . import record

        return record.to_json(self.to_dict(), indent)

    def _repr_html_(self) -> str:
        from . import page

        return page.fragment(self)

    def to_html(self, path: str | os.PathLike[str]) -> None:
        """Write one page that holds all of the report and needs nothing else: figures, pictures, tables.

        It follows the reader's choice of a light or a dark theme and is readable on a telephone. Of tables longer than
        1,000 rows it shows the first 1,000.

        Parameters
        ----------
        path : path-like
            The file, which is replaced if it exists.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        from pathlib import Path

        from . import page

        Path(path).write_text(page.page(self), encoding="utf-8")

    def plot(self, figure: Any = None) -> Any:
        """Draw the reliability diagram, the histogram of losses, and the loss by class (and by group).

        Needs matplotlib, which ``pip install 'xentc[plot]'`` brings.

        Parameters
        ----------
        figure : matplotlib Figure or SubFigure, optional
            Where to draw; by default a new figure of pyplot.

        Returns
        -------
        Figure or SubFigure
            With one axes for each picture.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        from . import plot

        return plot.plot(self, figure)
