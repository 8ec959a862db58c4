"""What is agreed on."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import Table


class InstallationTable(Table):
    """One thing that all processes must have the same."""

    __tablename__ = "installation"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))
