"""Answers that are kept as long as there is room, with the rest worked out together."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from threading import Lock
from typing import Generic, TypeVar

Question = TypeVar("Question", bound=Hashable)
Answer = TypeVar("Answer")


class Remembered(Generic[Question, Answer]):
    """The last answers of a function that takes several questions at once.

    The function must answer each question by itself alone: what is remembered then never changes a result.
    """

    def __init__(self, answer: Callable[[Sequence[Question]], Sequence[Answer]], *, room: int) -> None:
        """Remember a function's answers.

        Args:
            answer: Gives one answer for each question, in order.
            room: Answers kept; of more, the one that was not asked for the longest goes.
        """
        self._answer = answer
        self._room = room
        self._known: OrderedDict[Question, Answer] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._known)

    def all(self, questions: Sequence[Question]) -> list[Answer]:
        """The answer to each question, in order; what is not known yet is worked out in one go."""
        with self._lock:
            found = {question: self._known[question] for question in questions if question in self._known}
            for question in found:
                self._known.move_to_end(question)
        unknown = [question for question in dict.fromkeys(questions) if question not in found]
        if unknown:
            fresh = dict(zip(unknown, self._answer(unknown), strict=True))
            found |= fresh
            with self._lock:
                self._known |= fresh
                while len(self._known) > self._room:
                    self._known.popitem(last=False)
        return [found[question] for question in questions]
