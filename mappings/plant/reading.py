"""What the readers of plant files share while they read: problems, names, and the calendar."""

from dataclasses import dataclass, field
from datetime import date, datetime

from mappings.plant.dates import end_of_day, start_of_day
from mappings.plant.names import Names
from mappings.problems import Problems


@dataclass(slots=True)
class Reading:
    """One reading of a plant folder."""

    today: date | None = None
    time_zone: str = "UTC"
    problems: Problems = field(default_factory=Problems)
    names: Names = field(init=False)

    def __post_init__(self) -> None:
        """Let names report where everything else reports."""
        self.names = Names(self.problems)

    def end_of_day(self, text: str) -> datetime:
        """Return the first moment after a day at the site."""
        return end_of_day(text, self.time_zone, self.today)

    def start_of_day(self, text: str) -> datetime:
        """Return the first moment of a day at the site."""
        return start_of_day(text, self.time_zone, self.today)

    def again(self) -> "Reading":
        """Return a reading of one more file of the plant, with problems of its own."""
        other = Reading(self.today, self.time_zone)
        other.names = self.names.for_another_reading(other.problems)
        return other
