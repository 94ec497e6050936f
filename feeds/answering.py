"""Which request is being answered, for what the log says meanwhile."""

from contextvars import ContextVar

answering: ContextVar[str] = ContextVar("answering", default="")
"""Its method and its target, without secrets; '' outside of one."""
