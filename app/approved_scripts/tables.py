"""Published versions of approved scripts."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import Moment, Table


class ApprovedScriptVersionTable(Table):
    """One publication of a version; triggers of the migrations refuse to change or delete it.

    ``canonical`` is the text whose digest is the version; ``content`` the YAML as it was handed in, for people. The
    same version can be published for the same date more than once: to put it back after another one was published.
    """

    __tablename__ = "approved_script_versions"

    script_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    version: Mapped[str] = mapped_column(String(80), primary_key=True)
    effective_from: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    published_at: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    title: Mapped[str] = mapped_column(String(500))
    content: Mapped[str] = mapped_column(Text)
    canonical: Mapped[str] = mapped_column(Text)
    published_by: Mapped[str] = mapped_column(String(64))

    __table_args__ = (Index("ix_approved_script_versions_effective", "script_id", "effective_from"),)
