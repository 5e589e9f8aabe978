"""Language models: one third party each."""

from skillmem.chats import Message, Usage
from skillmem.llms.chat_server import ChatServer, Patience
from skillmem.llms.completions import shown
from skillmem.llms.critic import ModelCritic

__all__ = ["ChatServer", "Message", "ModelCritic", "Patience", "Usage", "shown"]
