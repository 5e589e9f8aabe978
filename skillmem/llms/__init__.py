"""Language models: one third party each."""

from skillmem.chats import Message, Usage
from skillmem.llms.chat_server import ChatServer, Patience
from skillmem.llms.completions import shown

__all__ = ["ChatServer", "Message", "Patience", "Usage", "shown"]
