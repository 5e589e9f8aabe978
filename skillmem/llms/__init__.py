"""Language models: one third party each."""

from skillmem.llms.chat_server import ChatServer, Message, Patience
from skillmem.llms.completions import Usage, shown

__all__ = ["ChatServer", "Message", "Patience", "Usage", "shown"]
